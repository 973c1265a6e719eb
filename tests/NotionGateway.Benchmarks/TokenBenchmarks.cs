using BenchmarkDotNet.Attributes;
using NotionGateway.Access;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.Benchmarks;

/// <summary>What a token costs: one that is known, and one that is presented for the first time. bench/identities prints it beside its goals.</summary>
[MemoryDiagnoser]
public class TokenBenchmarks
{
    private readonly TokenScene _scene = new();
    private Proof _rs256;
    private Proof _es256;
    private KeyDigest _rs256Digest;
    private KeyDigest _es256Digest;

    [GlobalSetup]
    public async Task PrepareAsync()
    {
        await _scene.ReadKeysAsync();
        (_rs256, _rs256Digest) = Prepare(_scene.Issuer.Token());
        (_es256, _es256Digest) = Prepare(_scene.Issuer.Token("ES256", "p256"));
        if (!await MissRs256() || !await MissEs256() || !Hit())
        {
            throw new InvalidOperationException("A token is not accepted, so there is nothing to measure.");
        }
    }

    [Benchmark]
    public bool Hit()
    {
        var who = _scene.Authenticators.AuthenticateAsync(_scene.Rules, _rs256, default);
        return who.IsCompletedSuccessfully && who.Result.Refusal is null;
    }

    [Benchmark]
    public Task<bool> MissRs256() => AgainAsync(_rs256, _rs256Digest);

    [Benchmark]
    public Task<bool> MissEs256() => AgainAsync(_es256, _es256Digest);

    private static (Proof Proof, KeyDigest Digest) Prepare(string token) => (new Proof($"Bearer {token}"), KeyDigest.OfToken(token));

    private async Task<bool> AgainAsync(Proof proof, KeyDigest digest)
    {
        _scene.Rules.Tokens!.Verified.Remove(digest);
        return (await _scene.Authenticators.AuthenticateAsync(_scene.Rules, proof, default)).Refusal is null;
    }
}
