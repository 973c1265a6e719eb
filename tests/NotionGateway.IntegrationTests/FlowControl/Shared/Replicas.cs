using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Budget.Shared;
using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Servers;
using StackExchange.Redis;

[assembly: AssemblyFixture(typeof(NotionGateway.IntegrationTests.FlowControl.Shared.RedisForAll))]

namespace NotionGateway.IntegrationTests.FlowControl.Shared;

/// <summary>One Redis for all tests that need no faults of the server itself.</summary>
public sealed class RedisForAll : IAsyncLifetime
{
    private RedisServer? _server;
    private ConnectionMultiplexer? _connection;

    public string Endpoint => _server!.Endpoint;

    internal IDatabase Database => _connection!.GetDatabase();

    public async ValueTask InitializeAsync()
    {
        _server = await RedisServer.StartAsync();
        _connection = await ConnectionMultiplexer.ConnectAsync($"{_server.Endpoint},allowAdmin=true,connectTimeout=60000");
    }

    public async ValueTask DisposeAsync()
    {
        await (_connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        await (_server?.DisposeAsync() ?? ValueTask.CompletedTask);
    }
}

/// <summary>
/// Replicas that share a real Redis on a clock that the test moves: their scripts run in the server, with the time of the test in place of the server's.
/// </summary>
internal sealed class ReplicaSet(RedisForAll redis, int floor = 1, PermitLimit? limit = null)
{
    /// <summary>A time of today: larger numbers than fit into a double of microseconds must not be met first in production.</summary>
    private const long ServerStart = 1_796_000_000_000_000;

    private readonly string _prefix = $"t{Guid.NewGuid():N}";

    private readonly FakeTimeProvider _time = new();
    private readonly TimeSpan _start = new FakeTimeProvider().Monotonic();

    public FakeTimeProvider Time => _time;

    public PermitLimit Limit { get; } = limit ?? new PermitLimit(2.5, 5, 20, TimeSpan.FromSeconds(8), TimeSpan.FromSeconds(1));

    public List<Replica> All { get; } = [];

    /// <summary>How far the server's clock is ahead of what it would be.</summary>
    public TimeSpan ServerAhead { get; set; }

    public TimeSpan Now => Time.Monotonic();

    public async Task<Replica> StartAsync()
    {
        var replica = new Replica(this, floor, All.Count);
        All.Add(replica);
        await replica.BeatAsync();
        return replica;
    }

    public async Task<ReplicaSet> StartAsync(int count)
    {
        for (var started = 0; started < count; started++)
        {
            _ = await StartAsync();
        }

        return this;
    }

    /// <summary>Lets time pass, with the beats of the replicas that live.</summary>
    public async Task PassAsync(TimeSpan time)
    {
        var end = Now + time;

        // A note that a timer sends within a step would meet the end of the step as its timeout.
        foreach (var replica in All.Where(replica => replica.IsAlive))
        {
            await replica.Budgets.FlushAsync();
        }

        while (Now < end)
        {
            var step = end - Now < TimeSpan.FromMilliseconds(500) ? end - Now : TimeSpan.FromMilliseconds(500);
            Time.Advance(step);
            foreach (var replica in All.Where(replica => replica.IsAlive))
            {
                await replica.Budgets.FlushAsync();
                await replica.BeatIfDueAsync();
            }
        }
    }

    /// <summary>All these replicas send whatever they may for so long.</summary>
    public async Task SendAllAsync(TimeSpan time, params IReadOnlyList<Replica> replicas)
    {
        var end = Now + time;
        var next = replicas.ToDictionary(replica => replica, _ => Now);
        while (Now < end)
        {
            foreach (var replica in replicas.Where(replica => replica.IsAlive && next[replica] <= Now))
            {
                var result = await replica.SendAsync(replica.Callers);
                next[replica] = result.IsTaken ? Now : result.NotBefore > Now ? result.NotBefore : Now + TimeSpan.FromMilliseconds(1);
            }

            var until = next.Where(pair => pair.Key.IsAlive).Select(pair => pair.Value).Append(end).Min();
            await PassAsync(until > Now ? until - Now : TimeSpan.Zero);
        }
    }

    /// <summary>The most that all replicas together have sent in any span of window and margin.</summary>
    public int MostInAnySpan()
    {
        var sends = All.SelectMany(replica => replica.Sends).Order().ToList();
        return sends.Count == 0 ? 0 : sends.Max(from => sends.Count(at => at >= from && at < from + Limit.Span));
    }

    /// <summary>What was sent from one moment to another, as a part of what the limit allows in that time.</summary>
    public double Used(TimeSpan from, TimeSpan to) =>
        All.Sum(replica => replica.Sends.Count(at => at >= from && at < to)) / ((to - from) / Limit.Span * Limit.WindowLimit);

    /// <summary>The server comes back with nothing in it.</summary>
    public async Task ForgetEverythingAsync(string? but = null)
    {
        foreach (var key in (await KeysAsync()).Where(key => but is null || !key.ToString().Contains(but, StringComparison.Ordinal)))
        {
            await redis.Database.KeyDeleteAsync(key);
        }
    }

    /// <summary>What the server knows now, to be put back later as a replica does that has lagged behind.</summary>
    public async Task<Func<Task>> RememberAsync()
    {
        var kept = new List<(RedisKey Key, byte[]? Dump)>();
        foreach (var key in await KeysAsync())
        {
            kept.Add((key, await redis.Database.KeyDumpAsync(key)));
        }

        return async () =>
        {
            await ForgetEverythingAsync();
            foreach (var (key, dump) in kept)
            {
                await redis.Database.KeyRestoreAsync(key, dump!);
            }
        };
    }

    /// <summary>How many permits the server has in its log of the connection.</summary>
    public async Task<long> CountAsync() =>
        await redis.Database.SortedSetLengthAsync(Assert.Single(await KeysAsync(), key => key.ToString().EndsWith(":log", StringComparison.Ordinal)));

    /// <summary>For how long the server remembers the state of the connection.</summary>
    public async Task<TimeSpan> LifetimeAsync() => await redis.Database.KeyTimeToLiveAsync(
        Assert.Single(await KeysAsync(), key => key.ToString().EndsWith(":s", StringComparison.Ordinal))) ?? TimeSpan.Zero;

    public async Task<IReadOnlyList<RedisKey>> KeysAsync() =>
        (RedisKey[])(await redis.Database.ExecuteAsync("KEYS", $"{_prefix}:*"))!;

    public SharedBudgetOptions Options() => new()
    {
        Endpoints = [],
        SentinelService = null,
        User = null,
        Password = null,
        Tls = false,
        CaFile = null,
        ClientCertificateFile = null,
        ClientKeyFile = null,
        KeyPrefix = _prefix,
        Timeout = TimeSpan.FromMilliseconds(250),
        ConnectTimeout = TimeSpan.FromSeconds(2),
        Replicas = floor,
        LongestSpan = Limit.Span,
        ShortestMargin = Limit.WindowMargin,
    };

    public async Task<string[]> EvaluateAsync(StoreScript script, string[] keys, string[] arguments)
    {
        var now = ServerStart + ((Now - _start + ServerAhead).Ticks / TimeSpan.TicksPerMicrosecond);
        var text = script.Text.Replace(
            "redis.call('TIME')",
            FormattableString.Invariant($"{{ '{now / 1_000_000}', '{now % 1_000_000}' }}"),
            StringComparison.Ordinal);
        object[] all = [text, keys.Length.ToString(CultureInfo.InvariantCulture), .. keys, .. arguments];
        var result = await redis.Database.ExecuteAsync("EVAL", all);
        return [.. ((RedisValue[])result!).Select(value => value.ToString())];
    }
}

/// <summary>One replica: its budgets, and a link to the server that can be cut.</summary>
internal sealed class Replica
{
    private TimeSpan _beatAt;

    public Replica(ReplicaSet set, int floor, int number)
    {
        var options = set.Options();
        var clock = new StoreClock(options.ShortestMargin, options.Keep);
        Set = set;
        View = new ReplicaView(floor, options.Keep);
        Id = new ReplicaId($"replica{number}");
        var store = new SharedStore(CallAsync, options, clock, new StoreMetrics(new TestMeters()), set.Time);
        Pauses = new PauseExchange(set.Time);
        Membership = new Membership(
            new Beats(store, Id, options, Pauses), View, clock, set.Time, NullLogger<Membership>.Instance);
        Budgets = new SharedBudgets(new ConnectionQuestions(store, clock, Id), Membership, View, set.Time);
        Budget = Budgets.Create(ConnectionKey.OfBot("bot"), set.Limit);
        _beatAt = set.Now;
    }

    public ReplicaSet Set { get; }

    public ReplicaId Id { get; }

    public ReplicaView View { get; }

    public PauseExchange Pauses { get; }

    public Membership Membership { get; }

    public SharedBudgets Budgets { get; }

    /// <summary>The budget of the connection that all replicas share.</summary>
    public IPermitBudget Budget { get; }

    public bool IsAlive { get; set; } = true;

    /// <summary>The server cannot be reached from here.</summary>
    public bool IsCutOff { get; set; }

    /// <summary>What the server is asked is carried out, and the answer is lost.</summary>
    public bool LosesAnswers { get; set; }

    public int Questions { get; private set; }

    /// <summary>Who waits here.</summary>
    public string[] Callers { get; set; } = ["crm"];

    public List<TimeSpan> Sends { get; } = [];

    public Task BeatAsync()
    {
        _beatAt = Set.Now;
        return Membership.RunAsync();
    }

    public Task BeatIfDueAsync() => Set.Now - _beatAt >= TimeSpan.FromSeconds(1) ? BeatAsync() : Task.CompletedTask;

    public ValueTask<PermitResult> TakeAsync(params string[] callers) =>
        Budget.TakeAsync(new PermitBid([.. (callers.Length == 0 ? ["crm"] : callers).Select(name => new BidCaller(name, 10_000_000))], 1));

    /// <summary>Takes a permit and uses it; the result if there was none.</summary>
    public async Task<PermitResult> SendAsync(params string[] callers)
    {
        var result = await TakeAsync(callers);
        if (result.IsTaken)
        {
            Budget.MarkSent(result.Permit);
            Sends.Add(Set.Now);
        }

        return result;
    }

    private async Task<string[]> CallAsync(StoreScript script, string[] keys, string[] arguments)
    {
        Questions++;
        if (IsCutOff)
        {
            throw new InvalidOperationException("not connected");
        }

        var answer = await Set.EvaluateAsync(script, keys, arguments);
        return LosesAnswers ? throw new InvalidOperationException("the answer was lost") : answer;
    }
}
