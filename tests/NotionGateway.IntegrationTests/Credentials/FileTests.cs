using System.Net;
using System.Text;
using NotionGateway.IntegrationTests.Reloading;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A token from a file: every way in which the file can change, and the effect of a file without a token.</summary>
public sealed class FileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("tokens");

    private string TokenFile => Path.Combine(_folder.FullName, "token");

    [Fact]
    public async Task A_mounted_secret_that_is_swapped_is_taken_up_soon_and_no_request_is_lost()
    {
        using var secret = new MountedSecret(The.NotionToken);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => Configure(setup.OnFakeTime(), secret.Path));
        await using var load = new SteadyLoad(gateway);
        await load.MoreAsync(gateway);

        secret.Swap(The.OtherToken);
        await AssertSoonSentAsync(gateway, upstream, The.OtherToken);
        await load.MoreAsync(gateway);

        await load.AssertNoneFailedAsync();
        Assert.Equal([The.NotionToken, The.OtherToken], upstream.Requests.Select(TokenOf).Distinct(StringComparer.Ordinal).ToArray());
        Assert.Single(gateway.Logs.Named("CredentialRotated"));
    }

    [Fact]
    public async Task A_file_that_is_replaced_or_rewritten_is_taken_up_soon_and_no_request_is_lost()
    {
        await File.WriteAllTextAsync(TokenFile, The.NotionToken);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, TokenFile);
        await using var load = new SteadyLoad(gateway);
        await load.MoreAsync(gateway);

        await File.WriteAllTextAsync(TokenFile, The.OtherToken);
        await AssertSoonSentAsync(gateway, upstream, The.OtherToken);

        await File.WriteAllTextAsync(TokenFile + ".new", The.NotionToken);
        File.Move(TokenFile + ".new", TokenFile, overwrite: true);
        await AssertSoonSentAsync(gateway, upstream, The.NotionToken);

        await load.AssertNoneFailedAsync();
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("")]
    public async Task What_editors_add_is_not_sent(string end)
    {
        await File.WriteAllTextAsync(TokenFile, The.NotionToken + end, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, TokenFile);

        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/v1/users")).StatusCode);
        Assert.Equal(The.NotionToken, TokenOf(upstream.Only));
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("blank")]
    [InlineData("two tokens")]
    [InlineData("not text")]
    [InlineData("too long")]
    [InlineData("gone")]
    [InlineData("a folder")]
    public async Task A_file_without_a_token_leaves_the_last_good_one_in_use_until_there_is_another(string kind)
    {
        await File.WriteAllTextAsync(TokenFile, The.NotionToken);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await StartAsync(upstream, TokenFile);
        await using var load = new SteadyLoad(gateway, workers: 1);

        await SpoilAsync(kind);
        await gateway.SoonAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the failure to be logged");
        await load.MoreAsync(gateway);
        await load.AssertNoneFailedAsync();
        Assert.All(upstream.Requests, request => Assert.Equal(The.NotionToken, TokenOf(request)));
        Assert.All(gateway.Logs.Named("CredentialSourceFailed"), line => Assert.Contains("last good token", line.Text));

        await MendAsync(The.OtherToken);
        await using var loadAfter = new SteadyLoad(gateway, workers: 1);
        await AssertSoonSentAsync(gateway, upstream, The.OtherToken);
        await loadAfter.AssertNoneFailedAsync();
    }

    [Fact]
    public async Task A_file_that_is_missing_at_the_start_is_waited_for()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => Configure(setup.OnFakeTime().DoNotWaitUntilReady(), TokenFile));
        await gateway.UntilAsync(() => gateway.Logs.Named("CredentialSourceFailed").Any(), "the failure to be logged");

        using var refused = await gateway.Client().GetAsync("/v1/users");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(["credential_unavailable"], refused.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.NotNull(refused.Headers.RetryAfter?.Delta);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await gateway.ManagementClient().GetAsync("/readyz")).StatusCode);

        await MendAsync(The.NotionToken);
        await gateway.SoonAsync(async () => (await gateway.ManagementClient().GetAsync("/readyz")).IsSuccessStatusCode, "readiness to return");
        Assert.Equal(HttpStatusCode.OK, (await gateway.Client().GetAsync("/v1/users")).StatusCode);
    }

    [Fact]
    public async Task Two_credentials_of_one_file_both_follow_it()
    {
        await File.WriteAllTextAsync(TokenFile, The.NotionToken);
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup =>
        {
            Configure(setup.OnFakeTime(), TokenFile);
            setup.CredentialFrom("second", ("Source", "File"), ("Path", TokenFile), ("VerifyToken", "false"))
                .Caller("second", The.OtherKey, credential: "second");
        });

        // The first learns of the change by a 401, before the file is looked at again.
        upstream.Answer = request => TokenOf(request) == The.OtherToken ? RawResponse.Json("{}") : RawResponse.Json("{}", 401);
        await File.WriteAllTextAsync(TokenFile, The.OtherToken);
        var learning = gateway.Clock.RunAsync(gateway.Client().GetAsync("/v1/users"), TimeSpan.FromMilliseconds(1));
        Assert.Equal(HttpStatusCode.OK, (await learning).StatusCode);

        await gateway.SoonAsync(() => Follows(gateway), "the second to follow");
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static bool Follows(TestGateway gateway) =>
        gateway.Metrics.Sum("notion_gateway.credential.refreshes", ("credential", "second"), ("outcome", "rotated")) == 1;

    private static string TokenOf(RecordedRequest request) => Assert.Single(request.Values("Authorization")).Split(' ')[1];

    private static void Configure(GatewaySetup setup, string path)
    {
        setup.CredentialFrom("default", ("Source", "File"), ("Path", path), ("VerifyToken", "false")).Caller(The.Caller, The.Key, credential: "default");
        setup.Canaries.Guard(The.NotionToken, "the token in the file");
        setup.Canaries.Guard(The.OtherToken, "the next token in the file");
    }

    private static Task<TestGateway> StartAsync(RecordingUpstream upstream, string path) =>
        TestGateway.StartAsync(upstream.Address, setup => Configure(setup.OnFakeTime(), path));

    private static async Task AssertSoonSentAsync(TestGateway gateway, RecordingUpstream upstream, string token)
    {
        await gateway.SoonAsync(() => upstream.Requests is [.., var last] && TokenOf(last) == token, "the new token to be sent");
    }

    private async Task SpoilAsync(string kind)
    {
        if (kind is "gone" or "a folder")
        {
            File.Delete(TokenFile);
            _ = kind == "gone" ? null : Directory.CreateDirectory(TokenFile);
            return;
        }

        await File.WriteAllBytesAsync(TokenFile + ".new", kind switch
        {
            "empty" => [],
            "blank" => " \n"u8.ToArray(),
            "two tokens" => Encoding.UTF8.GetBytes($"{The.OtherToken}\n{The.OtherToken}"),
            "not text" => [0xFF, 0xFE, 0x80],
            _ => new byte[100_000],
        });
        File.Move(TokenFile + ".new", TokenFile, overwrite: true);
    }

    private async Task MendAsync(string token)
    {
        if (Directory.Exists(TokenFile))
        {
            Directory.Delete(TokenFile);
        }

        await File.WriteAllTextAsync(TokenFile + ".new", token);
        File.Move(TokenFile + ".new", TokenFile, overwrite: true);
    }
}
