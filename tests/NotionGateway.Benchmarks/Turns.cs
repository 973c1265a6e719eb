using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.TestKit;

namespace NotionGateway.Benchmarks;

/// <summary>The limiter as the program puts it together, with a limit of the benchmark's own.</summary>
internal sealed class Turns
{
    public Turns(TurnLimit limit)
    {
        Options = new Live<FlowControlOptions>(new FlowControlOptions
        {
            Plans = new Dictionary<string, TurnLimit>(StringComparer.OrdinalIgnoreCase) { ["Standard"] = limit },
            QueueLimit = 1_000_000,
            QueueBytes = long.MaxValue,
            MaxWait = TimeSpan.FromDays(1),
            MaxAttempts = 4,
            RetryBudget = TimeSpan.FromSeconds(45),
            Replicas = 1,
        });
        Table = new LaneTable(Options, new AdmissionSignal(), Clock, NullLogger<LaneTable>.Instance);
        Limiter = new TurnLimiter(Table);
    }

    public MonotonicClock Clock { get; } = new(TimeProvider.System);

    public Live<FlowControlOptions> Options { get; }

    public LaneTable Table { get; }

    public TurnLimiter Limiter { get; }

    public static Credential Credential(int number) => new(
        Some.CredentialOptions(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"c{number}")),
        new CredentialState { Token = Some.Token(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ntn_{number:d46}")) });

    public TurnRequest Request(Credential credential, string caller = "crm") => new(credential, caller, 1, Clock.Now + TimeSpan.FromHours(1));

    /// <summary>Takes a turn that is free, and uses it.</summary>
    public bool Take(Credential credential)
    {
        using var lease = Ask(Request(credential));
        lease.MarkSent();
        return lease.IsAcquired;
    }

    private TurnLease Ask(TurnRequest request)
    {
        ValueTask<RateLimitLease> asking = Limiter.AcquireAsync(request);
        return asking.IsCompletedSuccessfully ? (TurnLease)asking.Result : throw new InvalidOperationException("The turn was not free.");
    }
}
