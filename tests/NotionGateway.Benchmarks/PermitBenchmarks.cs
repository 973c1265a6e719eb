using BenchmarkDotNet.Attributes;
using NotionGateway.Credentials;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.Benchmarks;

/// <summary>What a permit costs without competition: the request for it, the queue, the budget, and noting that it was used.</summary>
[MemoryDiagnoser]
public class PermitBenchmarks
{
    // The log forgets within a millisecond, so that it stays as short as it is at work.
    private readonly Permits _permits = new(new PermitLimit(1_000_000_000, 1_000_000_000, 100_000_000, TimeSpan.FromMilliseconds(0.02), TimeSpan.Zero));
    private readonly Credential _credential = Permits.Credential(0);

    [GlobalSetup]
    public void Setup() => Thread.Sleep(10);

    [Benchmark]
    public bool Uncontended_permit() => _permits.Take(_credential);
}
