using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>
/// A vault that answers, but not with a token: the one credential waits or keeps its last good token, all others go
/// on, and the log says what is wrong without quoting the vault.
/// </summary>
public sealed class KeyVaultErrorTests : IDisposable
{
    private const string Body = "WordsOfTheVaultThatBelongInNoLog";

    /// <summary>Each error has a secret of its own in the vault, and a credential of the same name.</summary>
    private static readonly (string Name, VaultResponse Answer, string Description)[] Errors =
    [
        ("forbidden", VaultResponse.Error(403, "Forbidden", Body), "403"),
        ("absent", VaultResponse.Error(404, "SecretNotFound", Body), "404"),
        ("throttled", VaultResponse.Error(429, "Throttled", Body), "429"),
        ("broken", VaultResponse.Error(500, "InternalServerError", Body), "500"),
        ("html", new VaultResponse(200, $"<html>{Body}</html>"), ""),
        ("html-403", new VaultResponse(403, $"<html>{Body}</html>"), "403"),
        ("cut", new VaultResponse(200, "{\"value\":\"" + The.NotionToken), ""),
        ("valueless", new VaultResponse(200, $$"""{"id":"https://localhost/secrets/notion/0","other":"{{Body}}"}"""), "empty"),
        ("null", new VaultResponse(200, "null"), ""),
        ("number", new VaultResponse(200, """{"value":1}"""), ""),
        ("empty", VaultResponse.Secret(""), "empty"),
        ("two-lines", VaultResponse.Secret($"{Body}\\n{Body}"), "several lines"),
    ];

    private readonly PretendVault _vault = new();

    public static TheoryData<string> Names => [.. Errors.Select(error => error.Name)];

    [Fact]
    public async Task An_error_at_the_start_stops_its_own_credential_until_it_is_over_and_no_other()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, broken: true);

        foreach (var (name, _, _) in Errors)
        {
            using var refused = await gateway.Client(PretendVault.KeyOf(name)).GetAsync("/v1/users/me");
            Assert.Equal((name, HttpStatusCode.ServiceUnavailable), (name, refused.StatusCode));
            Assert.Equal(["credential_unavailable"], refused.Headers.GetValues("Notion-Gateway-Reason"));
            Assert.InRange(refused.Headers.RetryAfter?.Delta ?? TimeSpan.Zero, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(600));
        }

        Assert.Empty(upstream.Requests);
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/v1/users/me")).StatusCode);

        foreach (var (name, _, _) in Errors)
        {
            _vault[name] = VaultResponse.Secret(The.NotionToken);
        }

        await gateway.UntilAsync(
            async () => (await StatusesAsync(gateway)).All(status => status == HttpStatusCode.OK), "all credentials to recover");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_error_is_logged_once_in_the_gateways_own_words(string name)
    {
        var error = Errors.Single(error => error.Name == name);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, broken: true, name);

        await gateway.UntilAsync(() => _vault.Readings > 0 && gateway.Logs.Lines.Any(IsFailure), "the failure to be logged");

        Assert.Empty(gateway.Logs.Named("CredentialRefreshBroke"));
        Assert.Contains(error.Description, Assert.Single(gateway.Logs.Named("CredentialSourceFailed")).Text, StringComparison.Ordinal);
        Assert.NotEmpty(gateway.Metrics.Matching("notion_gateway.credential.refreshes", ("credential", name), ("source", "KeyVault"), ("outcome", "failed")));
    }

    [Fact]
    public async Task An_error_later_leaves_the_last_good_token_in_use()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, broken: false);
        Assert.All(await StatusesAsync(gateway), status => Assert.Equal(HttpStatusCode.OK, status));

        Break();
        await gateway.UntilAsync(
            () => Errors.All(error => gateway.Logs.Lines.Any(line => IsFailure(line) && line.Values["Credential"]!.ToString() == error.Name)),
            "all errors to be met");

        Assert.All(await StatusesAsync(gateway), status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.All(upstream.Requests, request => Assert.Equal([$"Bearer {The.NotionToken}"], request.Values("Authorization")));
        Assert.All(gateway.Logs.Named("CredentialSourceFailed"), line => Assert.Contains("last good token", line.Text));
    }

    [Theory]
    [InlineData("html")]
    [InlineData("null")]
    [InlineData("forbidden")]
    public async Task An_error_while_Notion_says_401_is_no_failure_of_the_gateway_itself(string name)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => RawResponse.Json("{}", 401) };
        await using var gateway = await StartAsync(upstream, broken: false, name);
        Break();

        using var response = await gateway.Client(PretendVault.KeyOf(name)).GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_unauthorized"], response.Headers.GetValues("Notion-Gateway-Reason"));
    }

    [Fact]
    public async Task An_error_that_lasts_is_logged_once()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, broken: true, "forbidden");

        await gateway.UntilAsync(() => _vault.Readings >= 3, "three readings");

        Assert.Single(gateway.Logs.Named("CredentialSourceFailed"));
    }

    public void Dispose() => _vault.Dispose();

    // Either kind of failure: the test checks that it is the expected one.
    private static bool IsFailure(CapturedLine line) => line.Event.Name is "CredentialSourceFailed" or "CredentialRefreshBroke";

    private static async Task<HttpStatusCode[]> StatusesAsync(TestGateway gateway)
    {
        var statuses = new List<HttpStatusCode>();
        foreach (var (name, _, _) in Errors)
        {
            using var response = await gateway.Client(PretendVault.KeyOf(name)).GetAsync("/v1/users/me");
            statuses.Add(response.StatusCode);
        }

        return [.. statuses];
    }

    private void Break()
    {
        foreach (var (name, response, _) in Errors)
        {
            _vault[name] = response;
        }
    }

    private Task<TestGateway> StartAsync(RecordingUpstream upstream, bool broken, string? only = null)
    {
        if (broken)
        {
            Break();
        }

        return TestGateway.StartAsync(upstream.Address, setup =>
        {
            setup.Brisk(3).Credential("default", The.OtherToken).Caller(The.Caller, The.Key, credential: "default");
            setup.Canaries.Guard(Body, "the vault's own words");
            foreach (var (name, _, _) in Errors.Where(error => only is null || error.Name == only))
            {
                _vault.Use(setup, name, settings: ("RefreshInterval", "00:00:01"));
            }
        });
    }
}
