using System.Net;
using NotionGateway.IntegrationTests.Identities;
using NotionGateway.IntegrationTests.Reloading;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>Operators by tokens of the issuers that callers have too, with an audience of their own.</summary>
public sealed class OperatorIdentityTests : IAsyncLifetime
{
    private const string Grants = "/operator/v1/grants";
    private const string ForOperators = "notion-gateway-operator";

    private readonly RecordingUpstream _upstream = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
    private readonly TestClock _clock = new();
    private readonly TestIssuer _issuer;
    private TestGateway _gateway = null!;

    public OperatorIdentityTests() => _issuer = new TestIssuer(_clock);

    public async ValueTask InitializeAsync()
    {
        var keys = Path.Combine(_folder.FullName, "keys.json");
        await File.WriteAllTextAsync(keys, _issuer.Document);
        _gateway = await TestGateway.StartAsync(_upstream.Address, setup => setup
            .OnFakeTime(_clock)
            .OAuthApp("crm")
            .Setting("Gateway:Access:Issuers:corp:Issuers:0", TestIssuer.Value)
            .IssuerSettings("corp", ("KeysFile", keys))
            .Identity("pod", "corp", ("Subject", "ann"))
            .Setting("Gateway:Operator:Audiences:0", ForOperators)
            .Setting("Gateway:Operator:Identities:ann:Issuer", "corp")
            .Setting("Gateway:Operator:Identities:ann:Subject", "ann")
            .Setting("Gateway:Operator:Identities:board:Issuer", "corp")
            .Setting("Gateway:Operator:Identities:board:Subject", "board")
            .Setting("Gateway:Operator:Identities:board:Viewer", "true"));
    }

    [Fact]
    public async Task An_operator_needs_no_key_and_is_on_record_with_issuer_and_subject()
    {
        var client = _gateway.OperatorClient(Token("ann"));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/operator/v1/status")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Grants)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await client.DeleteAsync($"{Grants}/crm/acme")).StatusCode);
        Assert.All(_gateway.Logs.Named("Audit").Where(line => line.Level > Microsoft.Extensions.Logging.LogLevel.Debug), line =>
            Assert.Equal("corp/ann", line.Values["Who"]));

        var board = _gateway.OperatorClient(Token("board"));
        Assert.Equal(HttpStatusCode.OK, (await board.GetAsync(Grants)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await board.DeleteAsync($"{Grants}/crm/acme")).StatusCode);
        Assert.Equal("corp/board", _gateway.Logs.Named("Audit").Last().Values["Who"]);
    }

    [Fact]
    public async Task Case_20_no_token_opens_the_other_listener()
    {
        var data = await _gateway.Client(Token("ann")).GetAsync("/v1/users/me");
        Assert.Equal((401, "invalid_key"), ((int)data.StatusCode, data.Headers.GetValues("Notion-Gateway-Reason").Single()));
        Assert.Empty(_upstream.Requests);

        var ofCaller = _issuer.Token(claims: [("sub", "ann")]);
        _gateway.Canaries.Guard(ofCaller, "a caller's token");
        Assert.Equal(HttpStatusCode.OK, (await _gateway.Client(ofCaller).GetAsync("/v1/users/me")).StatusCode);
        var operators = await _gateway.OperatorClient(ofCaller).GetAsync(Grants);
        Assert.Equal((401, "invalid_key"), ((int)operators.StatusCode, operators.Headers.GetValues("Notion-Gateway-Reason").Single()));
        await _gateway.CountedAsync(2, "notion_gateway.denials", ("reason", "token_audience"), ("status", "401"));
        Assert.Contains("token_audience", $"{_gateway.Logs.Named("Audit").Single().Values["Outcome"]}");
    }

    [Fact]
    public async Task A_reload_that_gives_an_issuers_name_to_another_or_the_audience_to_callers_makes_nobody_an_operator()
    {
        using var file = new SettingsFile();
        var keys = Path.Combine(_folder.FullName, "keys.json");
        file.Setting("Gateway:Access:Issuers:corp:Issuers:0", TestIssuer.Value)
            .Setting("Gateway:Access:Issuers:corp:Audiences:0", TestIssuer.Audience)
            .Setting("Gateway:Access:Issuers:corp:KeysFile", keys)
            .Setting("Gateway:Operator:Audiences:0", ForOperators)
            .Setting("Gateway:Operator:Identities:ann:Issuer", "corp")
            .Setting("Gateway:Operator:Identities:ann:Subject", "ann");
        await using var gateway = await file.StartAsync(_upstream, setup => setup.OnFakeTime(_clock).OAuthApp("crm"));
        Assert.Equal(HttpStatusCode.OK, (await gateway.OperatorClient(Token("ann")).GetAsync(Grants)).StatusCode);

        // The name "corp" is a partner's now, and its keys are where they were.
        var partner = _issuer.Token("ES256", "p256", claims: [("iss", "https://partner.example"), ("aud", ForOperators), ("sub", "ann")]);
        gateway.Canaries.Guard(partner, "a partner's token");
        file.Setting("Gateway:Access:Issuers:corp:Issuers:0", "https://partner.example").Replace();
        await gateway.SoonAsync(async () => (await gateway.OperatorClient(Token("ann")).GetAsync(Grants)).StatusCode == HttpStatusCode.Unauthorized, "a 401");
        Assert.Equal(HttpStatusCode.Unauthorized, (await gateway.OperatorClient(partner).GetAsync(Grants)).StatusCode);

        file.Setting("Gateway:Access:Issuers:corp:Issuers:0", TestIssuer.Value).Replace();
        await gateway.SoonAsync(async () => (await gateway.OperatorClient(Token("ann")).GetAsync(Grants)).StatusCode == HttpStatusCode.OK, "a 200");
        file.Setting("Gateway:Operator:Audiences:0", "another").Setting("Gateway:Access:Issuers:corp:Audiences:0", ForOperators).Replace();
        await gateway.SoonAsync(async () => (await gateway.OperatorClient(Token("ann")).GetAsync(Grants)).StatusCode == HttpStatusCode.Unauthorized, "a 401");
    }

    [Fact]
    public async Task Whoever_is_bound_to_nothing_is_refused_as_with_a_wrong_key()
    {
        var (wrong, unbound) = (await _gateway.OperatorClient("ngw_wrong").GetAsync(Grants), await _gateway.OperatorClient(Token("eve")).GetAsync(Grants));
        Assert.Equal(await MessageAsync(wrong), await MessageAsync(unbound));
        await _gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "identity_unknown"));
    }

    [Fact]
    public async Task A_session_of_the_page_ends_with_the_token_that_began_it()
    {
        var browser = new PageScene.Browser(_gateway);
        Assert.Equal(HttpStatusCode.SeeOther, (await browser.PostAsync("/sign-in", ("key", Token("ann")))).StatusCode);
        Assert.Contains("corp/ann", await browser.ReadAsync("/"));
        _clock.Advance(TimeSpan.FromMinutes(11));
        using var late = await browser.GetAsync("/");
        Assert.Equal("/sign-in", late.Headers.Location?.OriginalString);
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        await _upstream.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static async Task<string> MessageAsync(HttpResponseMessage response) =>
        System.Text.Json.Nodes.JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"]!.GetValue<string>();

    private string Token(string subject)
    {
        var token = _issuer.Token("ES256", "p256", claims: [("aud", ForOperators), ("sub", subject)]);
        _gateway.Canaries.Guard(token, "an operator's token");
        return token;
    }
}
