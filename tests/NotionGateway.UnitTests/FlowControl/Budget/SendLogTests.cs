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
            log.Add(new SentPermit(new PermitId(second), at));
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

            Assert.Equal(expected, Enumerable.Range(0, log.Count).Select(index => log[index].At));
        }
    }

    [Fact]
    public void Two_logs_become_one_in_order()
    {
        var log = Log((1, 1), (2, 4), (3, 5));
        log.Merge([.. Log((4, 2), (5, 4), (6, 9)).All]);
        Assert.Equal([1, 2, 4, 4, 5, 9], log.All.Select(sent => sent.At.TotalSeconds));
    }

    [Fact]
    public void What_is_in_both_is_there_once_and_counts_from_the_later_time()
    {
        var log = Log((1, 1), (2, 4));
        log.Merge([.. Log((1, 3), (2, 2)).All]);
        Assert.Equal([(1L, 3.0), (2L, 4.0)], log.All.Select(sent => (sent.Permit.Number, sent.At.TotalSeconds)));
    }

    private static SendLog Log(params (int Permit, int Second)[] sends)
    {
        var log = new SendLog();
        foreach (var (permit, second) in sends)
        {
            log.Add(new SentPermit(new PermitId(permit), TimeSpan.FromSeconds(second)));
        }

        return log;
    }

    [Fact]
    public void It_forgets_the_oldest_of_a_kind_and_keeps_the_order_of_the_others()
    {
        var log = new SendLog();
        for (var number = 1; number <= 9; number++)
        {
            log.Add(new SentPermit(new PermitId(number % 3 == 0 ? -number : number), TimeSpan.FromSeconds(number)));
        }

        log.DropUntil(TimeSpan.FromSeconds(2));
        log.Forget(sent => sent.Permit.Number < 0, most: 2);
        Assert.Equal([4, 5, 7, 8, -9], log.All.Select(sent => sent.Permit.Number));
        log.Add(new SentPermit(new PermitId(10), TimeSpan.FromSeconds(10)));
        Assert.Equal(6, log.Count);
    }
}
