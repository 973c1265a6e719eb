using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

public sealed class FairQueueTests
{
    private readonly Queues _queues = new();
    private readonly FairQueue _queue = new();
    private readonly ConnectionQueue _connectionQueue;
    private long _number;

    public FairQueueTests() => _connectionQueue = new ConnectionQueue(
        new LocalPermitBudgets(_queues.Time).Create(default, Queues.Standard), _queues.Time, _queues.Options, NullLogger.Instance);

    [Fact]
    public void A_caller_is_served_in_its_own_order()
    {
        Add("a", 5);
        Assert.Equal([1, 2, 3, 4, 5], Take(5).Select(permit => permit.Number));
    }

    [Fact]
    public void Callers_with_equal_weights_take_turns_however_much_they_ask_for()
    {
        Add("busy", 100);
        Add("modest", 3);
        Assert.Equal(3, Take(6).Count(permit => permit.Caller == "modest"));
    }

    [Theory]
    [InlineData(1, 2, 4)]
    [InlineData(1, 1, 1)]
    [InlineData(0.1, 3, 7)]
    [InlineData(1000, 500, 0.5)]
    public void Turns_are_shared_by_weight(double one, double two, double three)
    {
        Add("one", 5000, one);
        Add("two", 5000, two);
        Add("three", 5000, three);
        var taken = Take(3000).GroupBy(permit => permit.Caller).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(3000 * one / (one + two + three), taken.GetValueOrDefault("one"), 3.0);
        Assert.Equal(3000 * two / (one + two + three), taken.GetValueOrDefault("two"), 3.0);
        Assert.Equal(3000 * three / (one + two + three), taken.GetValueOrDefault("three"), 3.0);
    }

    [Fact]
    public void Who_has_just_begun_to_wait_is_next()
    {
        for (var caller = 0; caller < 16; caller++)
        {
            Add($"busy{caller}", 1000);
        }

        Take(160);
        for (var round = 0; round < 20; round++)
        {
            Add("quiet", 1);
            Assert.Equal("quiet", Take(1).Single().Caller);
            Take(17);
        }
    }

    [Fact]
    public void Nobody_gains_by_leaving_and_coming_back_after_each_permit()
    {
        Add("patient", 1000);
        var taken = new List<string>();
        for (var permit = 0; permit < 300; permit++)
        {
            // Always exactly one request, asked for again as soon as the last has been served.
            if (!_queue.All.Any(waiting => waiting.Request.Caller == "restless"))
            {
                Add("restless", 1);
            }

            taken.Add(Take(1).Single().Caller);
        }

        Assert.InRange(taken.Count(caller => caller == "restless"), 145, 155);
    }

    [Fact]
    public void Who_comes_back_a_little_early_is_not_made_to_wait_longer_each_time()
    {
        for (var caller = 0; caller < 16; caller++)
        {
            Add($"busy{caller}", 1000);
        }

        Take(160);
        for (var round = 0; round < 30; round++)
        {
            Add("rhythmic", 1);
            Assert.Contains(Take(2), permit => permit.Caller == "rhythmic");
            Take(13);
        }
    }

    [Fact]
    public void A_caller_that_is_named_is_served_whoever_is_next_and_pays_for_it()
    {
        Add("first", 20);
        Add("named", 20);
        for (var permit = 0; permit < 5; permit++)
        {
            Assert.Equal("named", _queue.Take("named")!.Request.Caller);
        }

        // By the queue's own order again: those who stood back come first, until both have had the same.
        Assert.Equal(5, Take(5).Count(permit => permit.Caller == "first"));
        Assert.Equal(5, Take(10).Count(permit => permit.Caller == "named"));
    }

    [Fact]
    public void Who_comes_after_a_caller_was_named_does_not_stand_behind_it()
    {
        Add("waiting", 20);
        Add("named", 20);
        for (var permit = 0; permit < 10; permit++)
        {
            _queue.Take("named");
        }

        Add("new", 1);
        Assert.Contains(Take(2), permit => permit.Caller == "new");
    }

    [Fact]
    public void Of_a_caller_that_does_not_wait_nothing_is_taken()
    {
        Add("waiting", 1);
        Assert.Null(_queue.Take("nobody"));
        Assert.Equal(1, _queue.Count);
    }

    [Fact]
    public void A_repeat_goes_to_the_head_of_its_own_caller_only()
    {
        Add("a", 3);
        var repeated = Take(1).Single();
        Add("b", 2);
        _queue.Add(new QueuedRequest(repeated, _connectionQueue));
        var taken = Take(5);
        Assert.Equal([1L, 2L, 3L], taken.Where(permit => permit.Caller == "a").Select(permit => permit.Number));
        Assert.Equal("b", taken.First(permit => permit.Number != 1).Caller);
    }

    [Fact]
    public void The_place_that_is_told_is_the_place_that_is_had()
    {
        var random = new Random(3);
        for (var round = 0; round < 200; round++)
        {
            Add($"caller{random.Next(6)}", random.Next(1, 8), 1 + random.Next(4));
            var asked = Request($"caller{random.Next(6)}", 1 + random.Next(4));
            var ahead = _queue.Ahead(asked);
            _queue.Add(new QueuedRequest(asked, _connectionQueue));
            var before = Take(1000).FindIndex(permit => permit == asked);
            Assert.InRange(ahead - before, -1, 1);
        }
    }

    [Fact]
    public void The_caller_that_holds_most_over_its_share_loses_its_last_place()
    {
        Add("heavy", 6, weight: 4);
        Add("light", 3, weight: 1);
        var victim = _queue.MostOverShare(Request("new", 1), byBytes: false);
        Assert.Equal(("light", 9L), (victim!.Request.Caller, victim.Request.Number));
        Assert.Null(_queue.MostOverShare(Request("light", 1), byBytes: false));
    }

    [Fact]
    public void Places_in_the_middle_can_be_left()
    {
        Add("a", 1000);
        Add("b", 1000);
        var random = new Random(5);
        foreach (var permit in _queue.All.ToList().OrderBy(_ => random.Next()).Take(1500))
        {
            _queue.Remove(permit);
        }

        Assert.Equal(500, _queue.Count);
        var left = Take(1000);
        Assert.Equal(500, left.Count);
        Assert.All(
            left.GroupBy(permit => permit.Caller), group => Assert.Equal(group.Select(permit => permit.Number).Order(), group.Select(permit => permit.Number)));
        Assert.Equal((0, 0L), (_queue.Count, _queue.Bytes));
    }

    private PermitRequest Request(string caller, double weight) => new(Queues.Credential(), caller, weight, TimeSpan.FromSeconds(30))
    {
        Number = ++_number,
        Bytes = 10,
    };

    private void Add(string caller, int count, double weight = 1)
    {
        for (var index = 0; index < count; index++)
        {
            _queue.Add(new QueuedRequest(Request(caller, weight), _connectionQueue));
        }
    }

    private List<PermitRequest> Take(int most)
    {
        var taken = new List<PermitRequest>();
        while (taken.Count < most && _queue.Take() is { } permit)
        {
            taken.Add(permit.Request);
        }

        return taken;
    }
}
