using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;

namespace NotionGateway.Benchmarks;

/// <summary>
/// What it costs to begin to wait and to be given a permit, with so many waiting; the queue alone, and a connection queue with all its parts.
/// </summary>
[MemoryDiagnoser]
public class QueueBenchmarks
{
    private readonly Permits _permits = new(new PermitLimit(1, 1, 1, TimeSpan.FromMinutes(1), TimeSpan.Zero));
    private readonly Credential _credential = Permits.Credential(0);
    private readonly string[] _callers = [.. Enumerable.Range(0, 100).Select(number => $"caller{number}")];
    private readonly FairQueue _queue = new();
    private readonly ByHandBudget _budget = new();
    private ConnectionQueue _connectionQueue = null!;
    private int _next;

    [Params(10_000)]
    public int Waiting { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        _connectionQueue = new ConnectionQueue(_budget, _permits.Time, _permits.Options, NullLogger.Instance);
        for (var i = 0; i < Waiting; i++)
        {
            _queue.Add(new QueuedRequest(Next(), _connectionQueue));
            _ = _connectionQueue.Acquire(Next(), CancellationToken.None)!.Value.AsTask();
        }
    }

    [Benchmark]
    public object? Fair_queue()
    {
        _queue.Add(new QueuedRequest(Next(), _connectionQueue));
        return _queue.Take();
    }

    [Benchmark]
    public object Queue_with_all_its_parts()
    {
        var waiting = _connectionQueue.Acquire(Next(), CancellationToken.None)!.Value.AsTask();
        _budget.Free = 1;
        _connectionQueue.Reconsider();
        return waiting;
    }

    private PermitRequest Next()
    {
        var request = _permits.Request(_credential, _callers[_next % _callers.Length]);
        request.Number = ++_next;
        return request;
    }

    /// <summary>Has the given number of permits, and the next an hour later.</summary>
    private sealed class ByHandBudget : IPermitBudget
    {
        private static readonly TimeSpan Later = TimeSpan.FromHours(1);

        public int Free { get; set; }

        public TimeSpan PausedUntil => TimeSpan.Zero;

        public TimeSpan AnswerTime => TimeSpan.Zero;

        public bool IsIdle => false;

        public bool TryTake(PermitBid bid, out PermitResult result)
        {
            result = Take();
            return true;
        }

        public ValueTask<PermitResult> TakeAsync(PermitBid bid) => ValueTask.FromResult(Take());

        public void MarkSent(PermitId permit)
        {
        }

        public void CountSend()
        {
        }

        public void GiveBack(PermitId permit) => Free++;

        public void Pause(TimeSpan until)
        {
        }

        public void SlowDown()
        {
        }

        public void Change(PermitLimit limit)
        {
        }

        public IReadOnlyList<SentPermit> Sent() => [];

        public void TakeOver(IReadOnlyList<SentPermit> sent)
        {
        }

        public void Rename(ConnectionKey connection)
        {
        }

        public TimeSpan Estimate(int ahead) => TimeSpan.Zero;

        public WindowUse Use() => new(0, 1);

        private PermitResult Take() => Free-- > 0 ? PermitResult.Taken(default) : PermitResult.Wait(TimeProvider.System.Monotonic() + Later);
    }
}
