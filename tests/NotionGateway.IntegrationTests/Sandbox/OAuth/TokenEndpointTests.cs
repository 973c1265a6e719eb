using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.Sandbox.OAuth;

/// <summary>An app gets tokens for a code, and is refused in the words and the dialect that Notion has for it.</summary>
public sealed class TokenEndpointTests
{
    [Fact]
    public async Task The_answer_has_the_documented_shape()
    {
        await using var visit = await AppVisit.StartAsync();

        var reply = await visit.ExchangeAsync(visit.OAuth.Consent());

        var json = reply.Done();
        Assert.Equal(
            [
                "access_token", "token_type", "refresh_token", "bot_id", "workspace_name", "workspace_icon", "workspace_id", "owner",
                "duplicated_template_id", "request_id",
            ],
            json.Select(field => field.Key));
        Assert.Matches("^ntn_[0-9]{11}[A-Za-z0-9]{35}$", (string?)json["access_token"]);
        Assert.Matches("^nrt_[0-9]{11}[A-Za-z0-9]{35}$", (string?)json["refresh_token"]);
        Assert.Equal("bearer", (string?)json["token_type"]);
        Assert.Equal("Demo workspace", (string?)json["workspace_name"]);
        Assert.Null(json["duplicated_template_id"]);
        Assert.Equal(
            """{"type":"user","user":""" +
            """{"object":"user","id":"beef0001-0000-4000-8000-000000000001","name":"Ada Lovelace","avatar_url":null,"type":"person","person":""" +
            """{"email":"ada@example.com"}}}""",
            json["owner"]!.ToJsonString());
        Assert.Equal(reply.Header("x-notion-request-id"), (string?)json["request_id"]);
    }

    [Fact]
    public async Task A_code_works_once()
    {
        await using var visit = await AppVisit.StartAsync();
        var code = visit.OAuth.Consent();

        var pair = Pair.Of(await visit.ExchangeAsync(code));

        AssertRefused(await visit.ExchangeAsync(code), 400, "invalid_grant");
        Assert.True(await visit.WorksAsync(pair.Access));
    }

    [Theory]
    [InlineData(599, 200)]
    [InlineData(600, 400)]
    public async Task A_code_lives_for_ten_minutes(int seconds, int status)
    {
        await using var visit = await AppVisit.StartAsync();
        var code = visit.OAuth.Consent();

        visit.Visit.Clock.Advance(TimeSpan.FromSeconds(seconds));

        Assert.Equal(status, (await visit.ExchangeAsync(code)).Status);
    }

    [Fact]
    public async Task A_code_is_one_apps_alone_and_no_attempt_of_another_spoils_it()
    {
        await using var visit = await AppVisit.StartAsync();
        var other = visit.OAuth.Apps.Add(new OAuthAppSettings("Other app") { RedirectUris = [AppVisit.Callback] });
        var code = visit.OAuth.Consent();

        AssertRefused(await visit.ExchangeAsync(code, app: other), 400, "invalid_grant");

        Assert.Equal(200, (await visit.ExchangeAsync(code)).Status);
    }

    [Theory]
    [InlineData(AppVisit.Callback, AppVisit.Callback, null)]
    [InlineData(AppVisit.Callback, null, "invalid_request")]
    [InlineData(AppVisit.Callback, "https://app.example/cb", "invalid_grant")]
    [InlineData(null, null, null)]
    [InlineData(null, AppVisit.Callback, "invalid_request")]
    public async Task The_address_is_given_where_it_was_given_before_and_nowhere_else(string? before, string? now, string? error)
    {
        await using var visit = await AppVisit.StartAsync();

        var reply = await visit.ExchangeAsync(visit.OAuth.Consent(redirectUri: before), now);

        Assert.Equal((error is null ? 200 : 400, error), (reply.Status, (string?)reply.Json["error"]));
    }

    [Theory]
    [InlineData("""{}""", "invalid_request")]
    [InlineData("""{"grant_type":"authorization_code"}""", "invalid_request")]
    [InlineData("""{"grant_type":"authorization_code","code":7}""", "invalid_request")]
    [InlineData("""{"grant_type":"authorization_code","code":"e202e8c9-0990-40af-855f-ff8f872b1ec6"}""", "invalid_grant")]
    [InlineData("""{"grant_type":"refresh_token"}""", "invalid_request")]
    [InlineData("""{"grant_type":"refresh_token","refresh_token":"nrt_unknown"}""", "invalid_grant")]
    [InlineData("""{"grant_type":"client_credentials"}""", "unsupported_grant_type")]
    [InlineData("""[]""", "invalid_request")]
    public async Task What_cannot_be_granted_is_refused(string body, string error)
    {
        await using var visit = await AppVisit.StartAsync();

        AssertRefused(await visit.TokenAsync(JsonNode.Parse(body)!), 400, error);
    }

    [Theory]
    [InlineData("/v1/oauth/token")]
    [InlineData("/v1/oauth/introspect")]
    [InlineData("/v1/oauth/revoke")]
    public async Task An_app_proves_itself_with_Basic_and_nothing_else(string target)
    {
        await using var visit = await AppVisit.StartAsync();
        var inBody = new JsonObject
        {
            ["client_id"] = visit.App.ClientId,
            ["client_secret"] = visit.App.ClientSecret,
            ["grant_type"] = "authorization_code",
            ["code"] = visit.OAuth.Consent(),
        };

        AssertRefused(await SendAsync("""{"token":"x"}""", AppVisit.Basic(visit.App.ClientId, "secret_wrong")), 401, "invalid_client");
        AssertRefused(
            await SendAsync("""{"token":"x"}""", AppVisit.Basic("c11e0009-0000-4000-8000-000000000009", visit.App.ClientSecret)), 401, "invalid_client");
        AssertRefused(await SendAsync(inBody.ToJsonString(), null), 401, "invalid_client");
        AssertRefused(await SendAsync("""{"token":"x"}""", new("Bearer", visit.Visit.Demo.Token)), 401, "invalid_client");
        AssertRefused(await SendAsync("""{"token":"x"}""", new("Basic", "%%%")), 401, "invalid_client");

        Task<Reply> SendAsync(string body, System.Net.Http.Headers.AuthenticationHeaderValue? authorization) =>
            visit.SendAsync(target, new StringContent(body, Encoding.UTF8, "application/json"), authorization);
    }

    [Fact]
    public async Task A_form_is_refused_however_well_it_is_filled_in()
    {
        await using var visit = await AppVisit.StartAsync();
        var form = new FormUrlEncodedContent([new("grant_type", "authorization_code"), new("code", visit.OAuth.Consent())]);

        var reply = await visit.SendAsync("/v1/oauth/token", form, AppVisit.Basic(visit.App.ClientId, visit.App.ClientSecret));

        AssertRefused(reply, 400, "invalid_request");
    }

    [Fact]
    public async Task Errors_come_in_the_other_dialect_when_told_to()
    {
        await using var visit = await AppVisit.StartAsync(new SandboxOptions { OAuthBehaviour = new OAuthBehaviour { ErrorDialect = ErrorDialect.OpenApi } });

        (await visit.ExchangeAsync("nonsense")).IsError(400, "invalid_grant");
        visit.App.ClientSecret = "secret_new";
        var old = await visit.SendAsync("/v1/oauth/token", new StringContent("{}"), AppVisit.Basic(visit.App.ClientId, OAuthAppSettings.DemoClientSecret));
        old.IsError(401, "invalid_client");
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { ErrorDialect = ErrorDialect.Rfc6749 };

        AssertRefused(await visit.ExchangeAsync("nonsense"), 400, "invalid_grant");
    }

    [Fact]
    public async Task The_version_may_be_left_out_until_it_is_required()
    {
        await using var visit = await AppVisit.StartAsync();
        visit.Visit.Version = "";

        Assert.Equal(200, (await visit.ExchangeAsync(visit.OAuth.Consent())).Status);
        visit.OAuth.Behaviour = visit.OAuth.Behaviour with { RequiresVersion = true };
        AssertRefused(await visit.ExchangeAsync(visit.OAuth.Consent()), 400, "missing_version");
        visit.Visit.Version = "2026-03-11";
        Assert.Equal(200, (await visit.ExchangeAsync(visit.OAuth.Consent())).Status);
    }

    [Fact]
    public async Task No_answer_repeats_a_secret_that_was_refused()
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();
        await visit.RefreshAsync(pair.Refresh);

        Assert.DoesNotContain(pair.Refresh!, (await visit.RefreshAsync(pair.Refresh)).Text, StringComparison.Ordinal);
        Assert.DoesNotContain("nonsense", (await visit.ExchangeAsync("nonsense")).Text, StringComparison.Ordinal);
    }

    private static void AssertRefused(Reply reply, int status, string error)
    {
        Assert.Equal((status, error), (reply.Status, (string?)reply.Json["error"]));
        Assert.NotEmpty((string)reply.Json["error_description"]!);
        Assert.Equal(reply.Header("x-notion-request-id"), (string?)reply.Json["request_id"]);
    }
}
