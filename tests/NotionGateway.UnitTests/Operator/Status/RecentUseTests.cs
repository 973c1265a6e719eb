using Microsoft.Extensions.Time.Testing;
using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Operator.Status;

public sealed class RecentUseTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void Sums_are_of_the_last_minute_and_what_is_older_goes()
    {
        var recent = new RecentUse<string>(10, _time);
        recent.Add("crm", new Use { Requests = 1, Notion = TimeSpan.FromSeconds(1), SlowestNotion = TimeSpan.FromSeconds(1) });
        _time.Advance(TimeSpan.FromSeconds(30));
        recent.Add("crm", new Use { Requests = 2, Notion = TimeSpan.FromSeconds(2), SlowestNotion = TimeSpan.FromSeconds(2) });

        var sum = recent.Sums()["crm"];
        Assert.Equal((3, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(2)), (sum.Requests, sum.Notion, sum.SlowestNotion));

        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(2, recent.Sums()["crm"].Requests);

        _time.Advance(TimeSpan.FromSeconds(30));
        Assert.Empty(recent.Sums());
    }

    [Fact]
    public void A_flood_of_new_keys_takes_no_more_memory_and_known_ones_are_still_counted()
    {
        var recent = new RecentUse<int>(2, _time);
        foreach (var key in Enumerable.Range(0, 1000).Append(1))
        {
            recent.Add(key, new Use { Requests = 1 });
        }

        Assert.Equal([(0, 1L), (1, 2L)], recent.Sums().Select(sum => (sum.Key, sum.Value.Requests)).Order());
    }
}
