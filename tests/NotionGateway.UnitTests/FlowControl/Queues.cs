using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.FlowControl;

/// <summary>All of FlowControl on a time of the test's own, in verbs.</summary>
internal sealed class Queues
{
    public static readonly PermitLimit Standard = new(3, 10, 180, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(0.5));

    public Queues(FakeTimeProvider? time = null, FlowControlOptions? options = null, AdmissionSignal? signal = null)
    {
        Signal = signal ?? new AdmissionSignal();
        Time = time ?? new FakeTimeProvider();
        Options = new Reloadable<FlowControlOptions>(options ?? Some());
        Table = new ConnectionQueues(Options, Signal, new LocalPermitBudgets(Time).Create, Time, new CapturedLogger<ConnectionQueues>(Logs));
        Limiter = new PermitLimiter(Table);
        Feedback = new RateLimitFeedback(Table, Time, new Random(1), new CapturedLogger<RateLimitFeedback>(Logs));
        var meters = new TestMeters();
        Metrics = new CapturedMetrics(meters);
        FlowMetrics = new FlowControlMetrics(meters, Table, Rules, Time);
    }

    public FakeTimeProvider Time { get; }

    public TimeSpan Now => Time.Monotonic();

    public AdmissionSignal Signal { get; }

    public Reloadable<FlowControlOptions> Options { get; }

    public ConnectionQueues Table { get; }

    public Reloadable<AccessRules> Rules { get; } = new(new AccessRules(TestKit.Some.Access()));

    public PermitLimiter Limiter { get; }

    public RateLimitFeedback Feedback { get; }

    public CapturedMetrics Metrics { get; }

    public FlowControlMetrics FlowMetrics { get; }

    public CapturedLogs Logs { get; } = new();

    public static FlowControlOptions Some(PermitLimit? limit = null) => new()
    {
        Plans = new Dictionary<string, PermitLimit>(StringComparer.OrdinalIgnoreCase)
        {
            ["Standard"] = limit ?? Standard,
            ["Business"] = new(10, 30, 600, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(0.5)),
        },
        MaxQueuedRequests = 1000,
        MaxQueuedBytes = 64 * 1_048_576,
        MaxWait = TimeSpan.FromSeconds(30),
        MaxAttempts = 4,
        RetryBudget = TimeSpan.FromSeconds(45),
        Replicas = 1,
    };

    /// <summary>A credential whose token has been read, and whose bot is known if it is named.</summary>
    public static Credential Credential(
        string name = "default", string token = The.NotionToken, string? bot = null, string? workspace = null, string plan = "Standard") =>
        new(TestKit.Some.CredentialOptions(name) with { Plan = plan }, State(token, bot, workspace));

    public static CredentialState State(string token, string? bot = null, string? workspace = null) =>
        new() { Token = TestKit.Some.Token(token), Identity = bot is null ? null : new NotionIdentity(bot, workspace) };

    public AttemptLoop Loop(CredentialRenewal renewal, StillAdmitted admitted, RetrySuppression? suppression = null) => new(
        Limiter, admitted, new AttemptJudge(Feedback, suppression ?? new RetrySuppression(Time), Options, Time, new Random(1)),
        renewal, FlowMetrics, new GatewaySpans(), Time);

    /// <summary>A request of a caller whom the present rules let in.</summary>
    public Sending Sending(Credential credential, Admission? admission = null, RequestBody? body = null, CancellationToken timeUp = default) => new(
        new GatewayRequest(Guid.Empty, Time.GetTimestamp(), CancellationToken.None) { TimeUp = timeUp },
        admission ?? TestKit.Some.Admission(Rules.Current, TestKit.Some.Caller("crm"), credential: credential.Name.Value),
        body ?? RequestBody.None(streamsResponse: false),
        credential);

    public PermitRequest Permit(Sending sending) =>
        new(sending.Credential, sending.Admission.Caller.Name, 1, Time.Monotonic(sending.Request.StartedAt) + TimeSpan.FromSeconds(30))
        {
            Operation = sending.Operation,
        };

    /// <summary>Asks for a permit.</summary>
    public Waiter Ask(
        Credential credential, string caller = "crm", double weight = 1, TimeSpan? maxWait = null, string? operation = null, int bytes = 0,
        IDisposable? held = null)
    {
        var request = new PermitRequest(credential, caller, weight, Now + (maxWait ?? TimeSpan.FromSeconds(30)))
        {
            Operation = operation is null ? null : TestKit.Some.Operation(operation),
            Bytes = bytes,
            Held = held,
        };
        return Ask(request);
    }

    public Waiter Ask(PermitRequest request)
    {
        var gone = new CancellationTokenSource();
        return new Waiter(request, Limiter.AcquireAsync(request, 1, gone.Token).AsTask(), gone);
    }

    /// <summary>Lets time pass in steps, so that what is waited for happens at its time.</summary>
    public void Pass(TimeSpan time, TimeSpan? step = null)
    {
        var small = step ?? TimeSpan.FromMilliseconds(50);
        for (var left = time; left > TimeSpan.Zero; left -= small)
        {
            Time.Advance(left < small ? left : small);
        }
    }

    /// <summary>Uses up what can be had at once; how many permits that were.</summary>
    public int Drain(Credential credential)
    {
        for (var count = 0; ; count++)
        {
            using var lease = (PermitLease)Limiter.AttemptAcquire(new PermitRequest(credential, "drain", 1, Now), 1);
            if (!lease.IsAcquired)
            {
                return count;
            }

            lease.MarkSent();
        }
    }

    private sealed class CapturedLogger<T>(CapturedLogs logs) : ILogger<T>
    {
        private readonly ILogger _inner = logs.CreateLogger(typeof(T).FullName!);

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            _inner.Log(logLevel, eventId, state, exception, formatter);
    }
}

/// <summary>A caller who has asked for a permit.</summary>
internal sealed record Waiter(PermitRequest Request, Task<RateLimitLease> Task, CancellationTokenSource Gone)
{
    public bool IsWaiting => !Task.IsCompleted;

    public PermitLease Lease => Task.IsCompletedSuccessfully ? (PermitLease)Task.Result : throw new InvalidOperationException("There is no answer yet.");

    public bool HasPermit => Task.IsCompletedSuccessfully && Lease.IsAcquired;

    public RefusalReason? Reason => Task.IsCompletedSuccessfully ? Lease.Refusal?.Reason : null;

    /// <summary>Sends what the permit was for.</summary>
    public void Send() => Lease.MarkSent();

    public void HangUp() => Gone.Cancel();
}
