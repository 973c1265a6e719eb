using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>
/// Floods of tokens that prove nothing, through the whole program. Its clock stands still, so that what is bounded for each second is a number and not
/// a time; the times are measured by bench/identities. The numbers are those of the list of cases.
/// </summary>
public sealed partial class TokenFloodTests : IAsyncLifetime
{
    private const int Addresses = 40;
    private const int ConnectionsOfAddress = 5;

    /// <summary>A connection is closed after so many requests without authentication.</summary>
    private const int RequestsOfConnection = 8;

    private readonly RecordingUpstream _upstream = new();
    private IssuerServer _issuer = null!;
    private TestGateway _gateway = null!;
    private int _tokens;

    public async ValueTask InitializeAsync()
    {
        _issuer = await IssuerServer.StartAsync();
        _gateway = await TestGateway.StartAsync(_upstream.Address, setup => setup
            .OnFakeTime()
            .Setting("Gateway:FlowControl:Plans:Standard:Burst", "100000")
            .Caller(The.Caller, The.Key)
            .Issuer("corp", _issuer)
            .Identity("pod", "corp", ("Subject", TestIssuer.Subject)));

        // In the first second after the start there are no bursts, and time does not pass for permits here.
        _gateway.Clock.Advance(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task Case_30_while_the_issuer_is_asked_for_unknown_keys_few_wait_and_known_callers_do_not()
    {
        const int strangers = 100;
        var (known, asked, answer) = (Token(), 0, new TaskCompletionSource());
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(known));
        _issuer.Answer = async context =>
        {
            Interlocked.Increment(ref asked);
            await answer.Task;
            await context.Response.WriteAsync(_issuer.Tokens.Document);
        };
        _gateway.Clock.Advance(TimeSpan.FromSeconds(31));
        var flood = Enumerable.Range(0, strangers).Select(_ => StatusAsync(Token("unknown"))).ToList();
        await _gateway.UntilAsync(() => flood.Count(one => one.IsCompleted) == strangers - IssuerKeys.MostWaiters, "those who are denied at once");
        await _gateway.UntilAsync(() => Volatile.Read(ref asked) == 1, "the issuer to be asked");

        // Time stands still: neither of them could wait for the issuer.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(known));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(The.Key));

        await _gateway.AdvanceUntilAsync(() => flood.All(one => one.IsCompleted), "the end of the wait", IssuerKeys.MostWait);
        answer.SetResult();

        // Whether the key exists was not known in time, so nobody is told that a token is wrong.
        Assert.All(await Task.WhenAll(flood), status => Assert.Equal(HttpStatusCode.ServiceUnavailable, status));
        await _gateway.CountedAsync(strangers, "notion_gateway.denials", ("reason", "issuer_unavailable"), ("status", "503"));

        // The next question comes thirty seconds after that one, however many tokens there are.
        for (var token = 0; token < 20; token++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Token("unknown")));
        }

        Assert.Equal(1, asked);
        _gateway.Clock.Advance(TimeSpan.FromSeconds(30));
        for (var token = 0; token < 20; token++)
        {
            Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(Token("unknown")));
        }

        Assert.Equal(2, asked);
    }

    [Fact]
    public async Task Case_42b_a_flood_with_a_right_kid_costs_few_checks_and_known_callers_nothing()
    {
        var known = Token();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(known));

        var flood = FloodAsync();
        do
        {
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(known));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(The.Key));
        }
        while (!flood.IsCompleted);

        var denied = await flood;
        var checks = denied.Count(one => one == (401, "invalid_key", null));
        Assert.Equal(Addresses * ConnectionsOfAddress * RequestsOfConnection, denied.Count);
        Assert.All(denied, one => Assert.True(one == (401, "invalid_key", null) || one == (503, "overloaded", "1"), one.ToString()));

        // The first failure of an address is not one of those that addresses with failures share.
        Assert.InRange(checks, StrangersGate.MostFailuresInSharedLane, StrangersGate.MostFailuresInSharedLane + Addresses);
        await _gateway.CountedAsync(checks, "notion_gateway.denials", ("reason", "token_signature"), ("status", "401"));
        await _gateway.CountedAsync(denied.Count - checks, "notion_gateway.denials", ("reason", "overloaded"), ("status", "503"));
    }

    [Fact]
    public async Task Case_42d_a_caller_at_another_address_is_served_with_one_new_token_after_another()
    {
        using var caller = _gateway.RawCaller(IPAddress.Parse("127.0.1.1"));
        var flood = FloodAsync();
        var served = 0;
        for (; served < 20 || !flood.IsCompleted; served++)
        {
            await caller.SendAsync(Request(Token()));
            Assert.Equal(200, (await caller.ReadResponseAsync()).Status);
        }

        _ = await flood;
        await _gateway.CountedAsync(served, "notion_gateway.identities", ("kind", "token"), ("outcome", "verified"));

        // At an address of the flood a good token has to come back, for as long as the second lasts.
        using var neighbour = _gateway.RawCaller(AddressOf(0));
        var token = Token();
        await neighbour.SendAsync(Request(token));
        var denied = await neighbour.ReadResponseAsync();
        Assert.Equal((503, "overloaded", "1"), (denied.Status, denied.Reason, denied.Header("Retry-After")));
        _gateway.Clock.Advance(TimeSpan.FromSeconds(1));
        await neighbour.SendAsync(Request(token));
        Assert.Equal(200, (await neighbour.ReadResponseAsync()).Status);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _issuer.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private static string Request(string token) => $"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {token}\r\n\r\n";

    private static IPAddress AddressOf(int number) => IPAddress.Parse($"127.0.2.{number + 1}");

    /// <summary>What is answered to tokens that are right in everything but the signature: status, reason and when to come back.</summary>
    private async Task<IReadOnlyList<(int Status, string Reason, string? RetryAfter)>> FloodAsync()
    {
        var forged = Enumerable.Range(0, RequestsOfConnection)
            .Select(number => Request(_issuer.Tokens.Token("ES256", "p256", TestIssuer.OtherP256, claims: [("jti", $"forged-{number}")])));
        var requests = string.Concat(forged);
        return [.. (await Task.WhenAll(Enumerable.Range(0, Addresses).Select(number => Task.Run(() => AttackAsync(AddressOf(number), requests)))))
            .SelectMany(answers => answers)];
    }

    private async Task<List<(int Status, string Reason, string? RetryAfter)>> AttackAsync(IPAddress from, string requests)
    {
        var answers = new List<(int, string, string?)>();
        for (var connection = 0; connection < ConnectionsOfAddress; connection++)
        {
            using var stranger = _gateway.RawCaller(from);
            var all = await stranger.ExchangeAsync(requests);
            answers.AddRange(Heads().Matches(all.Text).Select(head => new RawResult(head.Value, all.Closed, all.Reset))
                .Select(one => (one.Status, one.Reason ?? "", one.Header("Retry-After"))));
        }

        return answers;
    }

    private string Token(string? keyId = null) => _issuer.Tokens.Token(
        "ES256", keyId ?? "p256", claims: [("jti", Interlocked.Increment(ref _tokens).ToString(CultureInfo.InvariantCulture))]);

    private async Task<HttpStatusCode> StatusAsync(string secret)
    {
        using var client = _gateway.Client(secret);
        using var response = await client.GetAsync("/v1/users/me");
        return response.StatusCode;
    }

    [GeneratedRegex(@"HTTP/1\.1 .*?\r\n\r\n", RegexOptions.Singleline)]
    private static partial Regex Heads();
}
