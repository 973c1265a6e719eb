using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.Benchmarks;

/// <summary>What connection queues hold in memory when each has had a permit; the credentials, which are there anyway, are not counted.</summary>
internal static class QueueMemory
{
    private const int Queues = 100_000;

    public static string Measure()
    {
        Credential[] credentials = [.. Enumerable.Range(0, Queues).Select(Permits.Credential)];
        var permits = new Permits(new PermitLimit(3, 10, 180, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(0.5)));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var credential in credentials)
        {
            _ = permits.Table.For(credential);
            permits.Take(credential);
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(permits);
        GC.KeepAlive(credentials);
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture,
            $"{Queues:n0} queues with one permit used each: {held / 1_048_576.0:f0} MiB, {held / Queues} bytes a queue");
    }
}
