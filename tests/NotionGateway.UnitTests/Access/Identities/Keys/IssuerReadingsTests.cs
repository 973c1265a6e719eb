using System.Diagnostics.Metrics;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Keys;

/// <summary>What each reading of an issuer's keys changes: when the next one is due, what is counted, and what is logged.</summary>
public sealed class IssuerReadingsTests : IDisposable
{
    private const string Fetches = "notion_gateway.issuer.fetches";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly TwoClocks _time = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private readonly FakeLogCollector _logs = new();
    private readonly CapturedMetrics _metrics;
    private readonly TestIssuer _issuer;
    private KeyReading _answer;
    private int _readings;

    public IssuerReadingsTests()
    {
        _metrics = new CapturedMetrics(_services);
        _issuer = new TestIssuer(_time);
        _answer = Good();
    }

    [Fact]
    public async Task Readings_are_counted_as_rotated_if_the_keys_are_others_and_as_unchanged_if_not()
    {
        var keys = Keys();
        await keys.ReadAsync();
        Assert.Equal((1, 0), (Count("rotated"), Count("unchanged")));
        await keys.ReadAsync();
        Assert.Equal((1, 1), (Count("rotated"), Count("unchanged")));
        _issuer.Keys.RemoveAt(0);
        await ReadAsync(keys, Good());
        Assert.Equal((2, 1), (Count("rotated"), Count("unchanged")));
    }

    [Fact]
    public async Task A_file_is_due_at_once_and_only_a_change_of_it_is_counted()
    {
        var keys = Keys(TokenScene.Corp().Place with { Address = null, File = "keys.json" });
        await keys.ReadAsync();
        Assert.True(keys.IsDue);
        await keys.ReadAsync();
        Assert.Equal((1, 0), (Count("rotated"), Count("unchanged")));
        _issuer.Keys.RemoveAt(0);
        await ReadAsync(keys, Good());
        Assert.Equal((2, 0), (Count("rotated"), Count("unchanged")));
    }

    [Fact]
    public async Task A_place_that_answers_wrongly_has_rejected_and_one_that_cannot_be_reached_has_failed()
    {
        var keys = Keys();
        await ReadAsync(keys, KeyReading.Unreached("down"));
        Assert.Equal((1, 0), (Count("failed"), Count("rejected")));
        await ReadAsync(keys, KeyReading.Rejected("answered 500"));
        Assert.Equal((1, 1), (Count("failed"), Count("rejected")));
        await ReadAsync(keys, new KeyReading("{}"u8.ToArray()));
        Assert.Equal((1, 2), (Count("failed"), Count("rejected")));
        Assert.Equal("the document has no list of keys", keys.Problem);
    }

    [Fact]
    public async Task The_log_tells_changes_and_the_same_problem_once()
    {
        var keys = Keys();
        await ReadAsync(keys, KeyReading.Unreached("down"));
        await ReadAsync(keys, Good());
        await ReadAsync(keys, Good());
        _issuer.Keys.RemoveAt(0);
        await ReadAsync(keys, Good());
        await ReadAsync(keys, KeyReading.Unreached("down"));
        await ReadAsync(keys, KeyReading.Unreached("down"));
        await ReadAsync(keys, KeyReading.Rejected("answered 500"));
        Assert.Equal("answered 500", keys.Problem);
        await ReadAsync(keys, Good());
        Assert.Null(keys.Problem);

        const string NotRead = "Issuer corp: its keys cannot be read from https://keys.example/corp:";
        Assert.Equal(
            [
                $"{NotRead} down. Effect: its tokens are denied with 503.",
                "Issuer corp: keys read: 4, the first.",
                "Issuer corp: keys read: 3, others than before.",
                $"{NotRead} down. Effect: continuing with the last good keys.",
                $"{NotRead} answered 500. Effect: continuing with the last good keys.",
                "Issuer corp: keys read: 3, the same as before.",
            ],
            _logs.GetSnapshot().Select(line => line.Message));
    }

    [Theory]
    [InlineData(0.0, 54)]
    [InlineData(0.5, 60)]
    [InlineData(1.0, 66)]
    public async Task The_next_reading_is_due_after_the_interval_give_or_take_a_tenth(double chance, int minutes)
    {
        var keys = Keys(chance: chance);
        Assert.True(keys.IsDue);
        await keys.ReadAsync();
        AssertDueIn(keys, TimeSpan.FromMinutes(minutes));
    }

    [Fact]
    public async Task Each_failure_in_a_row_doubles_the_wait_and_a_success_ends_that()
    {
        var keys = Keys(chance: 1);
        foreach (var seconds in new[] { 2, 4, 8, 16, 32, 60, 60 })
        {
            await ReadAsync(keys, KeyReading.Unreached("down"));
            AssertDueIn(keys, TimeSpan.FromSeconds(seconds));
        }

        await ReadAsync(keys, Good());
        await ReadAsync(keys, KeyReading.Unreached("down"));
        AssertDueIn(keys, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task A_key_is_sought_again_after_MinRefresh_exactly_and_before_that_nothing_new_is_known()
    {
        var keys = Keys();
        await keys.ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(30) - TimeSpan.FromTicks(1));
        Assert.False(await keys.SeekAsync(default));
        Assert.Equal(1, _readings);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.True(await keys.SeekAsync(default));
        Assert.Equal(2, _readings);

        await ReadAsync(keys, KeyReading.Unreached("down"));
        Assert.Null(await keys.SeekAsync(default));
    }

    [Fact]
    public async Task The_issuer_that_was_learned_last_stays_until_another_is_learned()
    {
        var keys = Keys();
        Assert.Null(keys.LearnedIssuer);
        await ReadAsync(keys, Good() with { Issuer = "one" });
        await ReadAsync(keys, KeyReading.Unreached("down"));
        Assert.Equal("one", keys.LearnedIssuer);
        await ReadAsync(keys, KeyReading.Unreached("down") with { Issuer = "two" });
        Assert.Equal("two", keys.LearnedIssuer);
    }

    public void Dispose()
    {
        _metrics.Dispose();
        _services.Dispose();
    }

    private IssuerKeys Keys(KeyPlace? place = null, double chance = 0.5) => new(
        "corp", place ?? TokenScene.Corp().Place, ReadOnceAsync, new IssuerMetrics(_services.GetRequiredService<IMeterFactory>()), _time,
        new Chance(chance), new FakeLogger(_logs));

    private Task<KeyReading> ReadOnceAsync()
    {
        _readings++;
        return Task.FromResult(_answer);
    }

    private Task ReadAsync(IssuerKeys keys, KeyReading answer)
    {
        _answer = answer;
        return keys.ReadAsync();
    }

    private void AssertDueIn(IssuerKeys keys, TimeSpan span)
    {
        _time.Advance(span - TimeSpan.FromMilliseconds(1));
        Assert.False(keys.IsDue);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.True(keys.IsDue);
    }

    private KeyReading Good() => new(Encoding.UTF8.GetBytes(_issuer.Document), WasAnswered: true);

    private int Count(string outcome) => (int)_metrics.Sum(Fetches, ("issuer", "corp"), ("outcome", outcome));

    /// <summary>Always the same chance.</summary>
    private sealed class Chance(double value) : Random
    {
        public override double NextDouble() => value;
    }
}
