using System.Threading.RateLimiting;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.Benchmarks;

/// <summary>The limiter as the program puts it together, with a limit of the benchmark's own.</summary>
internal sealed class Permits
{
    public Permits(PermitLimit limit)
    {
        Options = new Reloadable<FlowControlOptions>(new FlowControlOptions
        {
            Plans = new Dictionary<string, PermitLimit>(StringComparer.OrdinalIgnoreCase) { ["Standard"] = limit },
            MaxQueuedRequests = 1_000_000,
            MaxQueuedBytes = long.MaxValue,
            MaxWait = TimeSpan.FromDays(1),
            MaxAttempts = 4,
            RetryBudget = TimeSpan.FromSeconds(45),
            Replicas = 1,
        });
        Table = new ConnectionQueues(Options, new AdmissionSignal(), new LocalPermitBudgets(Time).Create, Time, NullLogger<ConnectionQueues>.Instance);
        Limiter = new PermitLimiter(Table);
    }

    public TimeProvider Time { get; } = TimeProvider.System;

    public Reloadable<FlowControlOptions> Options { get; }

    public ConnectionQueues Table { get; }

    public PermitLimiter Limiter { get; }

    public static Credential Credential(int number) => new(
        Some.CredentialOptions(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"c{number}")),
        new CredentialState { Token = Some.Token(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"ntn_{number:d46}")) });

    public PermitRequest Request(Credential credential, string caller = "crm") => new(credential, caller, 1, Time.Monotonic() + TimeSpan.FromHours(1));

    /// <summary>Takes a permit that is free, and uses it.</summary>
    public bool Take(Credential credential)
    {
        using var lease = Ask(Request(credential));
        lease.MarkSent();
        return lease.IsAcquired;
    }

    private PermitLease Ask(PermitRequest request)
    {
        ValueTask<RateLimitLease> asking = Limiter.AcquireAsync(request);
        return asking.IsCompletedSuccessfully ? (PermitLease)asking.Result : throw new InvalidOperationException("The permit was not free.");
    }
}
