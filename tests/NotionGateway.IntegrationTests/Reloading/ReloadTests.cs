using System.IO.Pipelines;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Bodies;
using NotionGateway.Credentials;
using NotionGateway.IntegrationTests.Credentials;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Reloading;

/// <summary>Callers, keys, grants and credentials change while requests run: what was removed ends, what was added works, and nothing else fails.</summary>
public sealed class ReloadTests : IDisposable
{
    /// <summary>So much time passes while a request waits for its permit.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(1);

    private readonly SettingsFile _file = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_is_added_soon_works_and_one_that_is_removed_soon_does_not(bool replace)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream, setup => setup.OnFakeTime());
        await using var load = new SteadyLoad(gateway);
        await AssertSoonAsync(gateway, The.OtherKey, HttpStatusCode.Unauthorized);

        _file.Caller("other", The.OtherKey).Change(replace);
        await AssertSoonAsync(gateway, The.OtherKey, HttpStatusCode.OK);

        _file.RemoveCaller("other").Change(replace);
        await AssertSoonAsync(gateway, The.OtherKey, HttpStatusCode.Unauthorized);

        await load.MoreAsync(gateway);
        await load.AssertNoneFailedAsync();
        Assert.Equal(2, gateway.Logs.Named("Reloaded").Count());
        Assert.Empty(gateway.Logs.Named("NeedsRestart"));
    }

    [Fact]
    public async Task A_key_is_exchanged_for_another_without_a_gap()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream, setup => setup.OnFakeTime());
        await using var old = new SteadyLoad(gateway);

        // Both keys, then only the new one.
        _file.Setting("Gateway:Access:Callers:crm:KeyHashes", null);
        _file.Setting("Gateway:Access:Callers:crm:KeyHashes:a", KeyDigest.Of(The.Key).ToString());
        _file.Setting("Gateway:Access:Callers:crm:KeyHashes:b", KeyDigest.Of(The.OtherKey).ToString());
        _file.Replace();
        await AssertSoonAsync(gateway, The.OtherKey, HttpStatusCode.OK);
        await old.AssertNoneFailedAsync();

        await using var fresh = new SteadyLoad(gateway, The.OtherKey);
        _file.Setting("Gateway:Access:Callers:crm:KeyHashes:a", null).Replace();
        await AssertSoonAsync(gateway, The.Key, HttpStatusCode.Unauthorized);
        await fresh.MoreAsync(gateway);
        await fresh.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task Grants_that_are_given_and_taken_count_soon()
    {
        _file.Caller(The.Caller, The.Key, "first", "read");
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        await using var load = new SteadyLoad(gateway);
        Assert.Equal(HttpStatusCode.Forbidden, await WriteAsync(gateway));

        _file.Caller(The.Caller, The.Key, "first", "all").Replace();
        await gateway.UntilAsync(async () => await WriteAsync(gateway) == HttpStatusCode.OK, "the grant to count");

        _file.Caller(The.Caller, The.Key, "first", "read").Replace();
        await gateway.UntilAsync(async () => await WriteAsync(gateway) == HttpStatusCode.Forbidden, "the grant to be gone");
        await load.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task A_caller_moves_to_a_new_credential_and_the_old_one_goes_without_a_lost_request()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        await using var load = new SteadyLoad(gateway, workers: 8);
        await load.MoreAsync(gateway);

        _file.Credential("second").RemoveCredential("first").Caller(The.Caller, The.Key, "second").Replace();
        await gateway.UntilAsync(() => SentWith(upstream, "second"), "the new credential to be used");
        await load.MoreAsync(gateway);

        _file.Credential("first").RemoveCredential("second").Caller(The.Caller, The.Key, "first").Replace();
        await gateway.UntilAsync(() => SentWith(upstream, "first"), "the first credential to be used again");
        await load.MoreAsync(gateway);

        await load.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task A_request_that_comes_in_the_middle_of_a_change_is_answered_by_the_old_or_the_new_settings()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        var middle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var goOn = new ManualResetEventSlim();
        gateway.Services.GetRequiredService<Reloadable<CredentialsOptions>>().Changed += _ =>
        {
            middle.TrySetResult();
            goOn.Wait(SafetyNet.Timeout);
        };

        _file.Credential("second").RemoveCredential("first").Caller(The.Caller, The.Key, "second").Replace();
        await middle.Task.WaitAsync(SafetyNet.Timeout);
        var response = gateway.Client().GetAsync("/v1/users");
        await Task.WhenAny(response, Task.Delay(TimeSpan.FromSeconds(1)));
        goOn.Set();

        Assert.Equal(HttpStatusCode.OK, (await response).StatusCode);
    }

    [Fact]
    public async Task A_request_whose_body_comes_while_its_caller_moves_to_a_new_credential_goes_on_with_that()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        using var response = await PostAcrossAsync(
            gateway, "/v1/pages", () => _file.Credential("second").RemoveCredential("first").Caller(The.Caller, The.Key, "second"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.True(SentWith(upstream, "second"));
    }

    [Fact]
    public async Task A_caller_that_is_disabled_while_its_body_comes_gets_no_stored_response_either()
    {
        const string Search = """{"query":"x"}""";
        await using var upstream = new RecordingUpstream();
        upstream.Answer = request => request.Target == "/v1/users/me"
            ? RawResponse.Json("""{"object":"user","id":"bot-1","bot":{"workspace_id":"w"} }""")
            : RawResponse.Json("""{"object":"list","results":[]}""");
        _file.Credential("first", ("VerifyToken", "true"))
            .Setting("Gateway:Caching:Policies:all:Ttl", "00:10:00")
            .Setting($"Gateway:Access:Callers:{The.Caller}:Cache", "all");
        await using var gateway = await _file.StartAsync(upstream);
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the token to be verified");
        for (var time = 0; time < 2; time++)
        {
            using var stored = await PostAcrossAsync(gateway, "/v1/search", change: null, Search);
            Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
        }

        Assert.Equal(2, upstream.Requests.Count);
        using var response = await PostAcrossAsync(gateway, "/v1/search", () => _file.Setting($"Gateway:Access:Callers:{The.Caller}:Disabled", "true"), Search);
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "caller_disabled"));
    }

    [Fact]
    public async Task An_application_that_is_disabled_while_its_body_comes_gets_no_keys()
    {
        await using var upstream = new RecordingUpstream();
        _file.Caller(The.Caller, The.Key, "first", "all", "oauth:app");
        await using var gateway = await _file.StartAsync(upstream, setup => setup.Brisk().OAuthApp("app"));
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"app:{The.Key}"));
        using var caller = gateway.RawCaller();
        await caller.SendAsync(
            $"POST /v1/oauth/introspect HTTP/1.1\r\nHost: g\r\nAuthorization: Basic {basic}\r\nContent-Type: application/json\r\n"
            + "Content-Length: 13\r\nExpect: 100-continue\r\n\r\n");
        Assert.Equal(100, (await caller.ReadResponseAsync()).Status);

        _file.Setting($"Gateway:Access:Callers:{The.Caller}:Disabled", "true").Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be made");
        await caller.SendAsync("""{"token":"x"}""");
        var response = await caller.ReadResponseAsync();
        Assert.Equal(401, response.Status);
        Assert.Contains("invalid_client", response.Body);
        await gateway.CountedAsync(1, "notion_gateway.denials", ("reason", "caller_disabled"));
    }

    [Fact]
    public async Task A_change_elsewhere_leaves_credentials_as_they_are()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => RawResponse.Json("""{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""", 401),
        };
        await using var gateway = await _file.StartAsync(upstream);
        Assert.Equal(HttpStatusCode.BadGateway, (await gateway.Client().GetAsync("/v1/users")).StatusCode);
        Assert.Single(gateway.Logs.Named("CredentialQuarantined"));
        var sent = upstream.Requests.Count;
        var readings = gateway.Metrics.Sum("notion_gateway.credential.refreshes");

        _file.Caller("other", The.OtherKey).Replace();
        await AssertSoonAsync(gateway, The.OtherKey, HttpStatusCode.BadGateway);

        Assert.Equal(sent, upstream.Requests.Count);
        Assert.Equal(readings, gateway.Metrics.Sum("notion_gateway.credential.refreshes"));
    }

    [Theory]
    [InlineData("RefreshInterval", "00:10:00")]
    [InlineData("Plan", "Business")]
    public async Task A_change_of_how_a_credential_is_cared_for_keeps_its_token_while_its_source_is_down(string key, string value)
    {
        using var secret = new MountedSecret(The.NotionToken);
        _file.Credential("first", ("Source", "File"), ("Path", secret.Path)).Setting("Gateway:Credentials:first:Variable", null);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await _file.StartAsync(upstream);
        await using var load = new SteadyLoad(gateway);
        File.Delete(secret.Path);
        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the source to be down");

        _file.Setting($"Gateway:Credentials:first:{key}", value).Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be applied");
        await load.MoreAsync(gateway);

        await load.AssertNoneFailedAsync();
    }

    public void Dispose() => _file.Dispose();

    /// <summary>Sends a request whose body begins before the change is made and ends after it.</summary>
    private static async Task<HttpResponseMessage> PostAcrossAsync(TestGateway gateway, string path, Func<SettingsFile>? change, string json = "{}")
    {
        var body = new Pipe();
        using var client = gateway.Client();
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StreamContent(body.Reader.AsStream()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = client.SendAsync(request);

        // So much that the client does not keep it back.
        await body.Writer.WriteAsync(Encoding.ASCII.GetBytes(json[..1].PadRight(100_000)));
        await gateway.UntilAsync(() => gateway.Services.GetRequiredService<BodyBudget>().Taken > 0, "the request to be admitted and its body to be read");
        if (change is not null)
        {
            change().Replace();
            await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be made");
        }

        await body.Writer.WriteAsync(Encoding.ASCII.GetBytes(json[1..]));
        await body.Writer.CompleteAsync();
        return await response;
    }

    private static bool SentWith(RecordingUpstream upstream, string credential) =>
        upstream.Requests is [.., var last] && last.Values("Authorization").Contains($"Bearer {SettingsFile.TokenOf(credential)}");

    private static async Task<HttpStatusCode> WriteAsync(TestGateway gateway)
    {
        using var response = await gateway.Client().PostAsync("/v1/pages", new StringContent("{}", Encoding.UTF8, "application/json"));
        return response.StatusCode;
    }

    private static async Task AssertSoonAsync(TestGateway gateway, string key, HttpStatusCode status)
    {
        using var client = gateway.Client(key);
        await gateway.SoonAsync(async () => (await gateway.Clock.RunAsync(client.GetAsync("/v1/users"), Step)).StatusCode == status, $"the answer {status}");
    }
}
