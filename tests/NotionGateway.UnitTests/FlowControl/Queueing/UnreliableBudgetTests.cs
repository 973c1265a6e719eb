using CsCheck;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.UnitTests.FlowControl.Queueing;

/// <summary>
/// A queue on a budget that is slow, late, loses its results, throws and names callers at random: no permit is lost or used
/// twice, no window has too many, and every caller who can wait is served.
/// </summary>
public sealed class UnreliableBudgetTests
{
    private static readonly PermitLimit Limit = new(5, 4, 30, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(0.5));

    private static readonly Gen<Fate> Fates = Gen.Select(
        Gen.Enum<FateKind>(), Gen.OneOf(Gen.Int[1, 300], Gen.Int[1800, 6000]), Gen.Int[0, 6],
        (kind, milliseconds, caller) => new Fate(kind, milliseconds, caller));

    private static readonly Gen<(int Caller, int MaxWait, int Pass, int End)> Arrivals = Gen.Select(
        Gen.Int[0, 4], Gen.OneOf(Gen.Int[100, 3000], Gen.Const(600_000)), Gen.Int[0, 700], Gen.Int[0, 9]);

    private enum FateKind
    {
        Answers,
        AnswersLate,
        Throws,
        ThrowsLate,
        LosesThePermit,
        Names,
    }

    [Fact]
    public void No_schedule_loses_a_permit_or_a_request() => Gen.Select(Fates.Array[1, 30], Arrivals.Array[1, 40]).Sample(
        (fates, arrivals) =>
        {
            new Schedule(fates).Run(arrivals);
            return true;
        },
        iter: 300,
        threads: 2);

    private sealed record Fate(FateKind Kind, int Milliseconds, int Caller);

    private sealed class Schedule
    {
        private readonly FakeTimeProvider _time = new();
        private readonly UnreliableBudget _budget;
        private readonly ConnectionQueue _queue;
        private readonly List<Waiter> _waiters = [];
        private readonly HashSet<Waiter> _settled = [];
        private readonly HashSet<Waiter> _patient = [];
        private readonly List<TimeSpan> _sent = [];

        public Schedule(Fate[] fates)
        {
            _budget = new UnreliableBudget(new LocalPermitBudgets(_time).Create(default, Limit), fates, _time);
            _queue = new ConnectionQueue(_budget, _time, new Reloadable<FlowControlOptions>(Queues.Some()), NullLogger.Instance);
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        public void Run((int Caller, int MaxWait, int Pass, int End)[] arrivals)
        {
            foreach (var (caller, maxWait, pass, end) in arrivals)
            {
                var request = new PermitRequest(Queues.Credential(), $"caller{caller}", 1 + caller, _time.Monotonic() + TimeSpan.FromMilliseconds(maxWait))
                {
                    Number = _waiters.Count + 1,
                };
                var gone = new CancellationTokenSource();
                _waiters.Add(new Waiter(request, _queue.Acquire(request, gone.Token)!.Value.AsTask(), gone));
                if (maxWait > 3000)
                {
                    _patient.Add(_waiters[^1]);
                }

                Pass(pass);
                if (end == 0)
                {
                    _waiters[_waiters.Count / 2].HangUp();
                }
            }

            for (var beat = 0; beat < 600 && !_waiters.TrueForAll(waiter => waiter.Task.IsCompleted); beat++)
            {
                Pass(500);
            }

            // A caller who waited for ten minutes was served, and every other one knows why not.
            Assert.All(_waiters, waiter =>
                Assert.True(waiter.HasPermit || waiter.Task.IsCanceled || (waiter.Reason == RefusalReason.WaitTooLong && !_patient.Contains(waiter))));
            Pass(20_000);
            Assert.Equal(_budget.Taken.Count, _budget.Used.Count + _budget.Returned.Count);
            Assert.Empty(_budget.Used.Intersect(_budget.Returned));
            Assert.Equal(_sent.Count, _budget.Used.Count);
            Assert.True(_budget.IsIdle);
            Assert.True(_queue.TryRetire());
        }

        private void Pass(int milliseconds)
        {
            Settle();
            for (; milliseconds > 0; milliseconds -= 50)
            {
                _time.Advance(TimeSpan.FromMilliseconds(Math.Min(50, milliseconds)));
                Settle();
            }
        }

        /// <summary>Uses what was granted; every tenth is given back.</summary>
        private void Settle()
        {
            foreach (var waiter in _waiters.Where(waiter => waiter.HasPermit && _settled.Add(waiter)))
            {
                if (waiter.Request.Number % 10 != 0)
                {
                    waiter.Send();
                    _sent.Add(_time.Monotonic());
                    Assert.True(_sent.Count(at => at > _time.Monotonic() - Limit.Span) <= Limit.WindowLimit, "A span has more than the limit.");
                }

                waiter.Lease.Dispose();
            }
        }
    }

    /// <summary>A local budget behind a network of the test's own.</summary>
    private sealed class UnreliableBudget(IPermitBudget inner, Fate[] fates, TimeProvider time) : IPermitBudget
    {
        private int _asked;

        public HashSet<PermitId> Taken { get; } = [];

        public HashSet<PermitId> Used { get; } = [];

        public HashSet<PermitId> Returned { get; } = [];

        public TimeSpan PausedUntil => inner.PausedUntil;

        public TimeSpan AnswerTime => inner.AnswerTime;

        public bool IsIdle => inner.IsIdle;

        public bool TryTake(PermitBid bid, out PermitResult result)
        {
            result = default;
            return false;
        }

        public ValueTask<PermitResult> TakeAsync(PermitBid bid)
        {
            // Bad and good times alternate, so that in the end every caller can be served.
            var fate = _asked++ % (2 * fates.Length) < fates.Length ? fates[_asked % fates.Length] : new Fate(FateKind.Answers, 0, 0);
            return fate.Kind switch
            {
                FateKind.Answers => ValueTask.FromResult(Take()),
                FateKind.Names => ValueTask.FromResult(Take() with { Caller = $"caller{fate.Caller}" }),
                FateKind.Throws => throw new InvalidOperationException("no response"),
                _ => LaterAsync(fate),
            };
        }

        public void MarkSent(PermitId permit)
        {
            Assert.True(Used.Add(permit), "A permit was used twice.");
            inner.MarkSent(permit);
        }

        public void CountSend() => inner.CountSend();

        public void GiveBack(PermitId permit)
        {
            Assert.True(Returned.Add(permit), "A permit was given back twice.");
            inner.GiveBack(permit);
        }

        public void Pause(TimeSpan until) => inner.Pause(until);

        public void SlowDown() => inner.SlowDown();

        public void Change(PermitLimit limit) => inner.Change(limit);

        public IReadOnlyList<SentPermit> Sent() => inner.Sent();

        public void TakeOver(IReadOnlyList<SentPermit> sent) => inner.TakeOver(sent);

        public void Rename(ConnectionKey connection) => inner.Rename(connection);

        public TimeSpan Estimate(int ahead) => inner.Estimate(ahead);

        public WindowUse Use() => inner.Use();

        private async ValueTask<PermitResult> LaterAsync(Fate fate)
        {
            // The store has decided when it is asked; its word comes later, or never.
            var result = fate.Kind == FateKind.ThrowsLate ? default : Take();
            var word = new TaskCompletionSource();
            await using (time.CreateTimer(_ => word.TrySetResult(), null, TimeSpan.FromMilliseconds(fate.Milliseconds), Timeout.InfiniteTimeSpan))
            {
                await word.Task;
            }

            if (fate.Kind == FateKind.AnswersLate)
            {
                return result;
            }

            if (result.IsTaken)
            {
                // As a budget must that has lost an answer: it knows the id, for it has chosen it.
                GiveBack(result.Permit);
            }

            throw new TimeoutException("no response");
        }

        private PermitResult Take()
        {
            inner.TryTake(PermitBid.NobodyWaits, out var result);
            if (result.IsTaken)
            {
                Taken.Add(result.Permit);
            }

            return result;
        }
    }
}
