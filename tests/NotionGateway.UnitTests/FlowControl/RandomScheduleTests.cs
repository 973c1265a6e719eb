using CsCheck;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.UnitTests.FlowControl;

/// <summary>What must hold for all events in any order: callers, cancellations, weights, limits, pauses, jumps of the clock.</summary>
public sealed class RandomScheduleTests
{
    private static readonly Gen<PermitLimit> Limits = Gen.Select(
        Gen.Double[0.5, 20], Gen.Int[1, 20], Gen.Int[1, 60], Gen.Int[1000, 20_000], Gen.Int[0, 500],
        (rate, burst, window, length, guard) => new PermitLimit(rate, burst, window, TimeSpan.FromMilliseconds(length), TimeSpan.FromMilliseconds(guard)));

    private static readonly Gen<Step> Steps = Gen.Frequency(
        (10, Gen.Select(Gen.Int[0, 6], Gen.Int[1, 20], Gen.Int[1, 40_000], (caller, weight, wait) => new Step(StepKind.Ask, caller, weight, wait))),
        (6, Gen.Int[0, 800].Select(milliseconds => new Step(StepKind.Pass, milliseconds))),
        (1, Gen.Int[0, 40_000].Select(milliseconds => new Step(StepKind.Jump, milliseconds))),
        (2, Gen.Int[0, 1000].Select(which => new Step(StepKind.HangUp, which))),
        (1, Gen.Int[0, 1000].Select(which => new Step(StepKind.GiveBack, which))),
        (1, Gen.Int[100, 5000].Select(milliseconds => new Step(StepKind.Pause, milliseconds))));

    [Fact]
    public void No_schedule_breaks_a_promise() => Gen.Select(Limits, Steps.Array[1, 250]).Sample(
        (limit, steps) => new Schedule(limit).Run(steps), iter: 400, threads: 2);

    [Fact]
    public void Everybody_who_waits_long_enough_has_a_permit() => Gen.Select(Limits, Gen.Int[1, 8], Gen.Int[1, 12]).Sample(
        (limit, callers, each) =>
        {
            var connectionQueues = new Queues(options: Queues.Some(limit));
            var credential = Queues.Credential();
            var waiters = Enumerable.Range(0, callers * each)
                .Select(number => connectionQueues.Ask(credential, $"caller{number % callers}", 1 + (number % callers), TimeSpan.FromDays(1))).ToList();
            for (var beat = 0; beat < 25_000 && waiters.Exists(waiter => waiter.IsWaiting); beat++)
            {
                waiters.Where(waiter => waiter.HasPermit && !waiter.Lease.IsSent).ToList().ForEach(waiter => waiter.Send());
                connectionQueues.Time.Advance(TimeSpan.FromMilliseconds(100));
            }

            Assert.All(waiters, waiter => Assert.True(waiter.HasPermit));
            return true;
        },
        iter: 100, threads: 2);

    private enum StepKind
    {
        Ask,
        Pass,
        Jump,
        HangUp,
        GiveBack,
        Pause,
    }

    private sealed record Step(StepKind Kind, int First, int Second = 0, int Third = 0);

    /// <summary>One run of a schedule, checked after every step.</summary>
    private sealed class Schedule(PermitLimit limit)
    {
        private readonly Queues _queues = new(options: Queues.Some(limit));
        private readonly Credential _credential = Queues.Credential();
        private readonly List<Waiter> _all = [];
        private readonly List<TimeSpan> _sent = [];
        private readonly HashSet<Waiter> _settled = [];
        private TimeSpan _pausedUntil;

        public bool Run(IEnumerable<Step> steps)
        {
            foreach (var step in steps)
            {
                Do(step);
                Settle();
            }

            Finish();
            return true;
        }

        private void Do(Step step)
        {
            switch (step.Kind)
            {
                case StepKind.Ask:
                    _all.Add(_queues.Ask(_credential, $"caller{step.First}", step.Second, TimeSpan.FromMilliseconds(step.Third)));
                    break;
                case StepKind.Pass:
                    for (var beat = 0; beat < step.First; beat += 20)
                    {
                        _queues.Time.Advance(TimeSpan.FromMilliseconds(20));
                        Settle();
                    }

                    break;
                case StepKind.Jump:
                    _queues.Time.Advance(TimeSpan.FromMilliseconds(step.First));
                    break;
                case StepKind.HangUp when _all.Count > 0:
                    _all[step.First % _all.Count].HangUp();
                    break;
                case StepKind.GiveBack:
                    // The next permit that is granted at once is not used.
                    var asked = _queues.Ask(_credential, "fickle");
                    if (asked.HasPermit)
                    {
                        asked.Lease.Dispose();
                        _settled.Add(asked);
                    }

                    _all.Add(asked);
                    break;
                case StepKind.Pause:
                    _pausedUntil = _queues.Now + TimeSpan.FromMilliseconds(step.First);
                    _queues.Table.For(_credential).Pause(new Cooldown(LimitLevel.Credential, _pausedUntil), null);
                    break;
                default:
                    break;
            }
        }

        /// <summary>Sends what has a permit, and checks that it may.</summary>
        private void Settle()
        {
            var now = _queues.Now;
            foreach (var waiter in _all.Where(waiter => waiter.Task.IsCompleted && _settled.Add(waiter)))
            {
                if (!waiter.HasPermit)
                {
                    Assert.True(waiter.Task.IsCanceled || waiter.Lease.Refusal is { RetryAfter: not null });
                    continue;
                }

                Assert.True(now <= waiter.Request.Deadline, "A permit was given after the deadline.");
                Assert.True(now >= _pausedUntil, "A permit was given in a pause.");
                waiter.Send();
                _sent.Add(now);
                Assert.True(_sent.Count(at => at > now - limit.Span) <= limit.WindowLimit, "A span has more than the limit.");
            }

            // No caller waits while there is a permit, to within the two milliseconds that a timer may be late.
            var waiting = _all.Where(waiter => waiter.IsWaiting).ToList();
            var connectionQueue = _queues.Table.For(_credential);
            Assert.Equal(waiting.Count, connectionQueue.Waiting().Count);
            if (waiting.Count > 0 && connectionQueue.Budget.Estimate(0) <= now)
            {
                _queues.Time.Advance(TimeSpan.FromMilliseconds(2));
                Assert.True(waiting.Exists(waiter => !waiter.IsWaiting), "Somebody waits though there is a permit.");
                Settle();
            }

            // Each caller's requests were served in order.
            foreach (var caller in _all.GroupBy(waiter => waiter.Request.Caller))
            {
                var firstWaiting = caller.Where(waiter => waiter.IsWaiting).Select(waiter => waiter.Request.Number).DefaultIfEmpty(long.MaxValue).Min();
                Assert.True(
                    caller.Where(waiter => waiter.HasPermit).All(waiter => waiter.Request.Number < firstWaiting), "Somebody was overtaken by the same caller.");
            }
        }

        /// <summary>In the end no caller waits, and no permit is out.</summary>
        private void Finish()
        {
            for (var beat = 0; beat < 5000 && _all.Exists(waiter => waiter.IsWaiting); beat++)
            {
                _queues.Time.Advance(TimeSpan.FromMilliseconds(50));
                Settle();
            }

            Assert.DoesNotContain(_all, waiter => waiter.IsWaiting);
            _queues.Time.Advance(limit.Span + TimeSpan.FromMinutes(1));
            Assert.Equal(0, _queues.Table.For(_credential).Budget.Use().Used);
            _queues.Table.Sweep();
            Assert.Equal(0, _queues.Table.Count);
        }
    }
}
