using NotionGateway.Credentials;
using NotionGateway.FlowControl;

namespace NotionGateway.Benchmarks;

/// <summary>What lanes hold in memory when each has had a turn; the credentials, which are there anyway, are not counted.</summary>
internal static class LaneMemory
{
    private const int Lanes = 100_000;

    public static string Measure()
    {
        Credential[] credentials = [.. Enumerable.Range(0, Lanes).Select(Turns.Credential)];
        var turns = new Turns(new TurnLimit(3, 10, 180, TimeSpan.FromMinutes(1), TimeSpan.FromSeconds(0.5)));
        var before = GC.GetTotalMemory(forceFullCollection: true);
        foreach (var credential in credentials)
        {
            _ = turns.Table.For(credential);
            turns.Take(credential);
        }

        var held = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(turns);
        GC.KeepAlive(credentials);
        return string.Create(
            System.Globalization.CultureInfo.InvariantCulture, $"{Lanes:n0} lanes with one turn used each: {held / 1_048_576.0:f0} MiB, {held / Lanes} bytes a lane");
    }
}
