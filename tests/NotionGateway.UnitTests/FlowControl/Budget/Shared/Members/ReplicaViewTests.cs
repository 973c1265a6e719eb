using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Budget.Shared.Members;

namespace NotionGateway.UnitTests.FlowControl.Budget.Shared.Members;

/// <summary>How many replicas there are, and which part of the limit that leaves.</summary>
public sealed class ReplicaViewTests
{
    private static readonly PermitLimit Limit = new(10, 10, 60, TimeSpan.FromSeconds(6), TimeSpan.FromSeconds(0.05));
    private static readonly TimeSpan Keep = 2 * Limit.Span;

    private readonly ReplicaView _view = new(least: 2, Keep);

    [Fact]
    public void Before_anything_is_known_the_configured_number_counts()
    {
        Assert.Equal(2, _view.InOutage(default));
        Assert.Equal(30, _view.Alone(Limit, default).WindowLimit);
        Assert.Equal(1, _view.Alone(Limit, default).Burst);
    }

    [Fact]
    public void Replicas_that_are_heard_of_share_the_whole_limit()
    {
        See(0, 0.5, 3);
        Assert.Equal(Limit, _view.Together(Limit, default));
        Assert.Equal((3, 0), _view.Count(default));
    }

    [Theory]
    [InlineData(3, 60)]
    [InlineData(3.5, 58)]
    [InlineData(6, 50)]
    [InlineData(9.05, 40)]
    [InlineData(12, 40)]
    public void The_part_of_a_silent_one_is_taken_away_little_by_little(double silence, int window)
    {
        See(0, 0, silence);
        Assert.Equal(window, _view.Together(Limit, default).WindowLimit);
    }

    [Fact]
    public void A_silence_goes_on_while_no_beat_comes()
    {
        See(0, 0, 2.9);
        Assert.Equal(Limit, _view.Together(Limit, default));
        Assert.True(_view.Together(Limit, TimeSpan.FromSeconds(0.9)).Rate < Limit.Rate);
    }

    [Fact]
    public void A_smaller_number_is_believed_only_after_two_windows_without_a_loss()
    {
        See(0, 0, 0);
        _view.Doubt(default);
        See(0);
        _view.Trust(default);
        Assert.Equal(3, _view.InOutage(Keep - TimeSpan.FromSeconds(1)));
        Assert.Equal(20, _view.Together(Limit, default).WindowLimit);
        Assert.Equal(2, _view.InOutage(Keep));
        Assert.Equal(Limit, _view.Together(Limit, Keep));
    }

    [Fact]
    public void While_the_store_is_young_the_part_of_those_that_may_come_back_to_it_is_kept_free()
    {
        See(age: 6.9, [0]);
        Assert.Equal(30, _view.Together(Limit, default).WindowLimit);
        Assert.Equal((1, 0), _view.Count(default));
        See(age: 7, [0]);
        Assert.Equal(Limit, _view.Together(Limit, default));
    }

    [Fact]
    public void A_replica_that_says_goodbye_is_forgotten_at_once()
    {
        See(0, 0, 0);
        See(0, 0);
        Assert.Equal((2, 0), _view.Count(default));
        Assert.Equal(Limit, _view.Together(Limit, default));
    }

    [Fact]
    public void The_silence_after_a_loss_pays_off_a_burst_and_a_permit_of_each()
    {
        See(0, 0, 0);
        Assert.Equal(TimeSpan.FromSeconds(4), _view.Silence(Limit, default));
        var standard = new PermitLimit(3, 10, 180, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(0.5));
        Assert.Equal(13 / standard.Rate, _view.Silence(standard, default).TotalSeconds, 3);
    }

    private void See(params double[] silences) => See(age: 3600, silences);

    private void See(double age, double[] silences) => _view.See([.. silences.Select(TimeSpan.FromSeconds)], TimeSpan.FromSeconds(age), default);
}
