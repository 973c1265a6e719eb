using System.Text.Json.Nodes;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>A pair that Notion has given is never discarded, however odd the rest of the response is.</summary>
public sealed class OddResponseTests
{
    private const string Bot = "b0b0b0b0-1111-4222-8333-444444444444";
    private const string Refresh = "nrt_12345678901TheRefreshTokenThatMustNotBeSeenXX";

    private static readonly string Whole =
        $$"""{"access_token":"{{The.OtherToken}}","refresh_token":"{{Refresh}}","bot_id":"{{Bot}}","workspace_id":"w","x":"{{new string('x', 200_000)}}"}""";

    [Fact]
    public async Task A_long_answer_is_read_whole()
    {
        await using var upstream = Notion(
            _ => RawResponse.Json(
                Whole.Replace("\"x\":", "\"workspace_name\":\"Acme\",\"x\":")
                    .Replace("{\"access_token", $"{{\"y\":\"{new string('y', 200_000)}\",\"access_token")));
        await using var gateway = await StartAsync(upstream);
        await AssertConnectedAsync(gateway);
    }

    [Fact]
    public async Task An_answer_that_breaks_off_behind_the_pair_counts()
    {
        await using var upstream = Notion(
            _ => new RawResponse().Send($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Whole.Length}\r\n\r\n")
                .SendUtf8(Whole[..150_000]).Reset());
        await using var gateway = await StartAsync(upstream);
        await AssertConnectedAsync(gateway);
    }

    [Fact]
    public async Task Whose_a_pair_is_that_does_not_say_so_is_asked()
    {
        await using var upstream = Notion(_ => RawResponse.Json($$"""{"access_token":"{{The.OtherToken}}","refresh_token":"{{Refresh}}"}"""));
        await using var gateway = await StartAsync(upstream);
        await AssertConnectedAsync(gateway);
    }

    [Fact]
    public async Task A_pair_of_which_nobody_says_whose_it_is_is_given_back()
    {
        await using var upstream = Notion(_ => RawResponse.Json($$"""{"access_token":"{{The.OtherToken}}","refresh_token":"{{Refresh}}"}"""), me: "<html>");
        await using var gateway = await StartAsync(upstream);

        Assert.Equal(502, (await ConnectAsync(gateway)).Status);

        Assert.Equal([Refresh, The.OtherToken], Revoked(upstream));
    }

    [Fact]
    public async Task A_page_of_something_in_front_of_Notion_blames_neither_client_nor_grant()
    {
        const string Page = "<html>blocked</html>";
        await using var upstream = Notion(
            _ => RawResponse.Raw($"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/html\r\nContent-Length: {Page.Length}\r\n\r\n{Page}"));
        await using var gateway = await StartAsync(upstream);

        var (status, response) = await ConnectAsync(gateway);

        Assert.Equal((502, "upstream_unreachable"), (status, (string?)response["additional_data"]!["gateway_reason"]));
        Assert.DoesNotContain("blocked", response.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_renewal_that_brings_no_new_refresh_token_keeps_the_old_one()
    {
        var tokens = new Queue<string>(
            [The.OtherToken, "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", "ntn_44444444444TheFourthCanaryNeverToBeSeenAnywhe"]);
        var refused = new HashSet<string>();
        await using var upstream = Notion(request => RawResponse.Json(
            request.BodyText.Contains("authorization_code", StringComparison.Ordinal)
                ? Whole
                : $$"""{"access_token":"{{tokens.Peek()}}"}"""), refused: refused);
        await using var gateway = await StartAsync(upstream);
        var (_, pair) = await ConnectAsync(gateway);
        for (var renewal = 0; renewal < 2; renewal++)
        {
            refused.Add(tokens.Dequeue());
            Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)pair["access_token"]!)).Status);
        }

        Assert.Equal(2, upstream.Requests.Count(request => request.BodyText.Contains(Refresh, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_pair_of_another_bot_is_not_used_for_the_grant_and_is_what_a_revocation_ends()
    {
        const string Strange = "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";
        var refused = new HashSet<string>();
        await using var upstream = Notion(request => RawResponse.Json(
            request.BodyText.Contains("authorization_code", StringComparison.Ordinal)
                ? Whole
                : $$"""{"access_token":"{{Strange}}","refresh_token":"nrt_5","bot_id":"another","workspace_id":"w"}"""), refused: refused);
        await using var gateway = await StartAsync(upstream);
        var (_, pair) = await ConnectAsync(gateway);
        refused.Add(The.OtherToken);

        Assert.Equal(502, (await OAuthBed.WhoAmIAsync(gateway, (string)pair["access_token"]!)).Status);

        Assert.DoesNotContain(upstream.Requests, request => request.Values("Authorization").Contains($"Bearer {Strange}"));
        Assert.Equal(200, (await OAuthBed.PostAsync(gateway, "revoke", new { token = (string)pair["access_token"]! })).Status);
        Assert.Equal(["nrt_5", Strange], Revoked(upstream));
    }

    /// <summary>The refresh token first: with it, a request that is refused in between would get a new pair.</summary>
    private static IEnumerable<string?> Revoked(RecordingUpstream upstream) =>
        upstream.Requests.Where(request => request.Target == "/v1/oauth/revoke").Select(request => (string?)JsonNode.Parse(request.BodyText)!["token"]);

    private static RecordingUpstream Notion(Func<RecordedRequest, RawResponse> token, string? me = null, HashSet<string>? refused = null) => new()
    {
        Answer = request => request.Target switch
        {
            "/v1/oauth/token" => token(request),
            "/v1/oauth/revoke" => RawResponse.Json("{}"),
            _ when refused?.Any(bad => request.Values("Authorization").Contains($"Bearer {bad}")) == true =>
                RawResponse.Json("""{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""", 401),
            _ => RawResponse.Json(
                me ?? $$"""{"object":"user","id":"{{Bot}}","bot":{"workspace_id":"w","workspace_name":"Acme","owner":{"type":"workspace"} } }"""),
        },
    };

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream) => TestGateway.StartAsync(upstream.Address, setup =>
    {
        setup.Canaries.Guard(The.OtherToken, "the access token of the grant");
        setup.Canaries.Guard(Refresh, "the refresh token of the grant");
        setup.OAuthApp("crm")
            .Setting("Gateway:OAuth:Apps:crm:RedirectUris:0", OAuthBed.RedirectUri)
            .Credential("default", The.NotionToken)
            .Caller(The.Caller, The.Key, ["all", "oauth:crm"], credential: "default");
    });

    private static Task<(int Status, JsonObject Answer)> ConnectAsync(TestGateway gateway) =>
        OAuthBed.PostAsync(gateway, "token", new { grant_type = "authorization_code", code = "the-code", redirect_uri = OAuthBed.RedirectUri });

    private static async Task AssertConnectedAsync(TestGateway gateway)
    {
        var (status, pair) = await ConnectAsync(gateway);
        Assert.Equal((200, Bot), (status, (string?)pair["bot_id"]));
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, (string)pair["access_token"]!)).Status);
    }
}
