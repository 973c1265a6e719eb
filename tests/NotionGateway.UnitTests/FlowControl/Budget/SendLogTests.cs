using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget;

public sealed class SendLogTests
{
    [Fact]
    public void It_remembers_in_order_and_forgets_the_oldest_however_often_it_wraps_round()
    {
        var log = new SendLog();
        var expected = new Queue<TimeSpan>();
        var random = new Random(7);
        for (var second = 1; second <= 2000; second++)
        {
            var at = TimeSpan.FromSeconds(second);
            log.Add(at);
            expected.Enqueue(at);
            if (random.Next(3) == 0)
            {
                var until = TimeSpan.FromSeconds(second - random.Next(20));
                log.DropUntil(until);
                while (expected.TryPeek(out var oldest) && oldest <= until)
                {
                    expected.Dequeue();
                }
            }

            Assert.Equal(expected, Enumerable.Range(0, log.Count).Select(index => log[index]));
        }
    }

    [Fact]
    public void Two_logs_become_one_in_order()
    {
        var (one, other) = (new SendLog(), new SendLog());
        foreach (var second in new[] { 1, 4, 5 })
        {
            one.Add(TimeSpan.FromSeconds(second));
        }

        foreach (var second in new[] { 2, 4, 9 })
        {
            other.Add(TimeSpan.FromSeconds(second));
        }

        one.Merge(other);
        Assert.Equal([1, 2, 4, 4, 5, 9], Enumerable.Range(0, one.Count).Select(index => one[index].TotalSeconds));
    }
}
