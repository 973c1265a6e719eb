namespace NotionGateway.Access.Identities.Keys;

/// <summary>Keeps the keys of one issuer fresh. Each issuer has its own, so that one that hangs holds up no other.</summary>
internal sealed class IssuerKeysLoop(IssuerKeys keys, TimeProvider time, ILogger<IssuerKeysLoop> log) : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    public IssuerKeys Keys => keys;

    protected override Task TickAsync(CancellationToken stopping) => keys.IsDue ? keys.ReadAsync() : Task.CompletedTask;
}
