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
        var body = new Pipe();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/pages") { Content = new StreamContent(body.Reader.AsStream()) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var response = gateway.Client().SendAsync(request);
        await body.Writer.WriteAsync(Encoding.ASCII.GetBytes("{".PadRight(100_000))); // so much that the client does not keep it back
        await gateway.UntilAsync(() => gateway.Services.GetRequiredService<BodyBudget>().Taken > 0, "the request to be admitted and its body to be read");

        _file.Credential("second").RemoveCredential("first").Caller(The.Caller, The.Key, "second").Replace();
        await gateway.UntilAsync(() => gateway.Logs.Named("Reloaded").Any(), "the change to be made");
        await body.Writer.WriteAsync("}"u8.ToArray());
        await body.Writer.CompleteAsync();

        Assert.Equal(HttpStatusCode.OK, (await response).StatusCode);
        Assert.True(SentWith(upstream, "second"));
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
