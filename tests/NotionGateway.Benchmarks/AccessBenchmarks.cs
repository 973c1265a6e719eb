using BenchmarkDotNet.Attributes;
using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.Benchmarks;

/// <summary>What the first stage costs each request: the check of the target, the search for tokens, the key, the operation.</summary>
[MemoryDiagnoser]
public class AccessBenchmarks
{
    private const string Target = "/v1/data_sources/0f0f0f0f-1111-4222-8333-444444444444/query?filter_properties=%3BxP&filter_properties=abc";

    private static readonly OperationTable Operations = new(NotionOperations.All);
    private static readonly QueryTokens Tokens = new(new QueryTokenOptions { Names = QueryTokenOptions.DefaultNames, Action = QueryTokenAction.Strip });

    private Keyring _keyring = null!;
    private string _key = "";

    /// <summary>Configured keys; finding one must cost the same.</summary>
    [Params(10, 100_000)]
    public int Keys { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var caller = Some.Caller("crm");
        _keyring = new Keyring(Enumerable.Range(0, Keys).Select(number => (KeyDigest.Of($"ngw_{number:d43}"), caller)));
        _key = $"ngw_{Keys / 2:d43}";
    }

    [Benchmark]
    public bool Target_check() => TargetGuard.Check(Target, Operations, out _) is null;

    [Benchmark]
    public string Query_tokens() => Tokens.Strip(new RequestTarget(Target), out _).ToString();

    [Benchmark]
    public object? Key_lookup() => _keyring.Find(KeyDigest.Of(_key));

    [Benchmark]
    public object? Operation_lookup() => Operations.Find("POST", "/v1/data_sources/0f0f0f0f-1111-4222-8333-444444444444/query");
}
