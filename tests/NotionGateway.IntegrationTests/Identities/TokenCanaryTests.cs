using System.Text;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>
/// A caller's token in every part of a request, where it belongs and where it does not: it is in nothing that the gateway logs, measures, traces or
/// answers, and where it proves the caller, or is in a header that Notion does not know, Notion does not get it either.
/// </summary>
public sealed class TokenCanaryTests
{
    private const string Me = "GET /v1/users/me HTTP/1.1\r\nHost: g\r\n";

    [Fact]
    public async Task Case_46_a_token_is_seen_nowhere_whichever_part_of_a_request_it_is_in()
    {
        await using var upstream = new RecordingUpstream();
        await using var issuer = await IssuerServer.StartAsync();
        using var spans = new CapturedSpans();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .OAuthApp("app").Operator(The.OperatorKey)
            .Setting("Logging:LogLevel:Default", "Trace")
            .Caller(The.Caller, The.Key)
            .Issuer("corp", issuer)
            .Identity("pod", "corp", ("Subject", TestIssuer.Subject)));
        var (good, forged) = (issuer.Tokens.Token("ES256", "p256"), issuer.Tokens.Token("ES256", "p256", TestIssuer.OtherP256));
        foreach (var part in new[] { good, forged }.SelectMany(token => token.Split('.').Skip(1).Append(token).Append(Basic(token))))
        {
            gateway.Canaries.Guard(part, "a caller's token, or a part of it");
        }

        foreach (var token in new[] { good, forged })
        {
            foreach (var (where, request) in Requests(token))
            {
                using var caller = gateway.RawCaller();
                var answer = await caller.ExchangeAsync(request);
                Assert.True(answer.Status > 0, $"There is no answer to a token in {where}.");
                Assert.All(
                    where is "the target" or "the body" or "a header that is sent on" ? [] : upstream.Requests,
                    sent => Assert.DoesNotContain(token, sent.Head + sent.BodyText));
            }
        }

        // What an operator sees, and what is scraped.
        foreach (var page in new[] { "/operator/v1/status", "/operator/v1/grants" })
        {
            Assert.Equal(200, (int)(await gateway.OperatorClient().GetAsync(page)).StatusCode);
        }

        gateway.Canaries.Saw("the metrics page", await gateway.ManagementClient().GetStringAsync("/metrics"));
        await gateway.UntilAsync(() => spans.Texts.Count() >= Requests(good).Count(), "the spans");
        foreach (var text in spans.Texts)
        {
            gateway.Canaries.Saw("a span", text);
        }
    }

    /// <summary>Those whose part is sent on by nature come last, since afterwards Notion has had the token.</summary>
    private static IEnumerable<(string Where, string Request)> Requests(string token)
    {
        var (mine, close) = ($"Authorization: Bearer {The.Key}\r\n", "Connection: close\r\n\r\n");
        var body = $$"""{"query":"{{token}}"}""";
        yield return ("Authorization", $"{Me}Authorization: Bearer {token}\r\n{close}");
        yield return ("Authorization in quotes", $"{Me}Authorization: Bearer \"{token}\"\r\n{close}");
        yield return ("Authorization without a scheme", $"{Me}Authorization: {token}\r\n{close}");
        yield return ("Basic", $"{Me}Authorization: Basic {Basic(token)}\r\n{close}");
        yield return ("Basic of an application", $"POST /v1/oauth/token HTTP/1.1\r\nHost: g\r\nAuthorization: Basic {Basic(token)}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n{close}{body}");
        yield return ("a second Authorization", $"{Me}{mine}Authorization: Bearer {token}\r\n{close}");
        yield return ("a first Authorization", $"{Me}Authorization: Bearer {token}\r\n{mine}{close}");
        foreach (var name in new[] { "X-Api-Key", "Cookie", "Proxy-Authorization", "X-Forwarded-Access-Token", "Notion-Gateway-Credential", "X", "baggage" })
        {
            yield return (name, $"{Me}{mine}{name}: {token}\r\n{close}");
        }

        yield return ("the name of a header", $"{Me}{mine}{token}: x\r\n{close}");
        yield return ("Host", $"GET /v1/users/me HTTP/1.1\r\nHost: {token}\r\n{mine}{close}");
        yield return ("Transfer-Encoding", $"{Me}{mine}Transfer-Encoding: {token}\r\n{close}");
        yield return ("the method", $"{token} /v1/users/me HTTP/1.1\r\nHost: g\r\n{mine}{close}");
        yield return ("the query", $"GET /v1/users/me?access_token={token} HTTP/1.1\r\nHost: g\r\n{mine}{close}");
        yield return ("the query, without a key", $"GET /v1/users/me?access_token={token} HTTP/1.1\r\nHost: g\r\n{close}");
        foreach (var target in new[] { $"/{token}", $"/v1/{token}", $"/v1/pages/{token}", $"/v1/users/me?start_cursor={token}", $"/v1/users/me?{token}" })
        {
            yield return ("the target", $"GET {target} HTTP/1.1\r\nHost: g\r\n{mine}{close}");
        }

        const string search = "POST /v1/search HTTP/1.1\r\nHost: g\r\nContent-Type: application/json\r\n";
        foreach (var text in new[] { body, $"{{{token}", $"{{\"{token}\":" })
        {
            yield return ("the body", $"{search}Content-Length: {text.Length}\r\n{mine}{close}{text}");
        }

        foreach (var name in new[] { "User-Agent", "Accept", "Notion-Version" })
        {
            yield return ("a header that is sent on", $"{Me}{mine}{name}: {token}\r\n{close}");
        }
    }

    private static string Basic(string token) => Convert.ToBase64String(Encoding.ASCII.GetBytes($"app:{token}"));
}
