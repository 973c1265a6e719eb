using System.Collections.Concurrent;
using NotionGateway.FlowControl.Budget.Shared.Members;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>Makes the budgets that replicas share, and brings what they note to the store.</summary>
internal sealed class SharedBudgets : IDisposable
{
    /// <summary>Notes ride on the next question; without one they wait no longer than this.</summary>
    private static readonly TimeSpan NotesWait = TimeSpan.FromMilliseconds(100);

    /// <summary>A question waits for its own answer, and not for those to thousands of others that were sent before it.</summary>
    private static readonly ParallelOptions AFewAtOnce = new() { MaxDegreeOfParallelism = 32 };

    /// <summary>Those that have something to tell, now or after a loss.</summary>
    private readonly ConcurrentDictionary<SharedPermitBudget, bool> _active = new();
    private readonly TimeProvider _time;
    private readonly Membership _membership;
    private readonly ReplicaView _replicas;
    private readonly ITimer _timer;
    private int _timerSet;

    public SharedBudgets(ConnectionQuestions questions, Membership membership, ReplicaView replicas, TimeProvider time)
    {
        (Questions, _membership, _replicas, _time) = (questions, membership, replicas, time);
        _timer = time.CreateTimer(_ => _ = FlushAsync(), state: null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        membership.TellAll = TellAllAsync;
    }

    public PermitIds Ids { get; } = new();

    public ConnectionQuestions Questions { get; }

    public TimeSpan AnswerTime => Questions.Timeout;

    public StoreState State => _membership.State;

    public TimeSpan Now => _time.Monotonic();

    /// <summary>Notes that have not reached the store.</summary>
    public int Unsent => _active.Keys.Sum(static budget => budget.Unsent);

    public IPermitBudget Create(ConnectionKey connection, PermitLimit limit) => new SharedPermitBudget(this, connection, limit);

    public ConnectionKeys KeysOf(ConnectionKey connection) => Questions.KeysOf(connection);

    public PermitLimit Together(PermitLimit limit) => _replicas.Together(limit, Now);

    public PermitLimit Alone(PermitLimit limit) => _replicas.Alone(limit, Now);

    public LocalShare ShareOf(PermitLimit limit, StoreState lost, TimeSpan pausedUntil) =>
        new(Alone(limit), lost.Loss, lost.Since + _replicas.Silence(limit, Now), pausedUntil, Now);

    /// <summary>Whether the store has forgotten nothing since then, asked of the store itself.</summary>
    public Task<bool> IsStillAsync(string epoch) => _membership.IsStillAsync(epoch);

    public void Lose(string why) => _membership.Lose(why);

    public void TellAgain(bool renew) => _membership.TellAgain(renew);

    /// <summary>The budget has something to tell.</summary>
    public void HasNews(SharedPermitBudget budget)
    {
        _active.TryAdd(budget, true);
        if (State.Phase == StorePhase.Shared && Interlocked.Exchange(ref _timerSet, 1) == 0)
        {
            _timer.Change(NotesWait, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Brings everything that is noted to the store now.</summary>
    public Task FlushAsync()
    {
        Volatile.Write(ref _timerSet, 0);
        return Task.WhenAll(_active.Keys.Where(static budget => budget.HasNews).Select(static budget => budget.FlushAsync()));
    }

    /// <summary>Forgets those that have nothing to tell any more.</summary>
    public void Sweep()
    {
        var lost = State.Phase == StorePhase.Lost;
        foreach (var budget in _active.Keys.Where(budget => budget.IsIdle && (lost || !budget.HasNews)))
        {
            _active.TryRemove(budget, out _);
        }
    }

    public void Dispose() => _timer.Dispose();

    private async Task<bool> TellAllAsync(bool renew)
    {
        Sweep();
        using var failed = new CancellationTokenSource();
        await Parallel.ForEachAsync(_active.Keys, AFewAtOnce, async (budget, _) =>
        {
            if (!failed.IsCancellationRequested && !await budget.TellAsync(renew))
            {
                await failed.CancelAsync();
            }
        });
        return !failed.IsCancellationRequested;
    }
}
