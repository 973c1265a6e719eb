using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A token from Azure Key Vault, read with the real client: first, again, and when Notion refuses the old one.</summary>
public sealed class KeyVaultReadingTests : IDisposable
{
    private static readonly string Key = PretendVault.KeyOf("vaulted");

    private readonly PretendVault _vault = new();

    [Fact]
    public async Task The_token_in_the_vault_is_the_one_that_is_sent()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup));

        using var response = await gateway.Client(Key).GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([$"Bearer {The.NotionToken}"], upstream.Only.Values("Authorization"));
        Assert.Equal(1, _vault.Readings);
    }

    [Fact]
    public async Task The_vault_is_not_asked_for_each_request()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup));
        await using var load = new SteadyLoad(gateway, Key);

        await load.MoreAsync(gateway, 100);

        await load.AssertNoneFailedAsync();
        Assert.Equal(1, _vault.Readings);
    }

    [Fact]
    public async Task A_rotated_token_is_taken_up_in_the_background_and_no_request_is_lost()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => _vault.Use(setup.Brisk(3), settings: ("RefreshInterval", "00:00:01")));
        await using var load = new SteadyLoad(gateway, Key);
        await load.MoreAsync(gateway);

        _vault.Answer = VaultResponse.Secret(The.OtherToken);
        await gateway.UntilAsync(() => upstream.Requests[^1].Values("Authorization").Contains($"Bearer {The.OtherToken}"), "the new token to be sent");
        await load.MoreAsync(gateway);

        await load.AssertNoneFailedAsync();
        Assert.Equal(
            [$"Bearer {The.NotionToken}", $"Bearer {The.OtherToken}"],
            upstream.Requests.SelectMany(request => request.Values("Authorization")).Distinct(StringComparer.Ordinal).ToArray());
        Assert.Single(gateway.Logs.Named("CredentialRotated"));
    }

    [Fact]
    public async Task A_rotation_that_Notion_tells_of_first_costs_one_reading_and_the_caller_sees_nothing_of_it()
    {
        await using var upstream = new RecordingUpstream { Answer = OnlyAccepts(The.OtherToken) };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup));
        _vault.Answer = VaultResponse.Secret(The.OtherToken);

        using var response = await gateway.Client(Key).GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(
            [$"Bearer {The.NotionToken}", $"Bearer {The.OtherToken}"], upstream.Requests.SelectMany(request => request.Values("Authorization")).ToArray());
        Assert.Equal(2, _vault.Readings);
    }

    [Fact]
    public async Task A_burst_that_meets_a_rotation_is_answered_whole_with_one_more_reading()
    {
        var release = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream();
        upstream.Answer = request => request.Values("Authorization").Contains($"Bearer {The.OtherToken}")
            ? RawResponse.Json("{}")
            : new RawResponse().After(release.Task).Send("HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n");
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => _vault.Use(setup));
        _vault.Answer = VaultResponse.Secret(The.OtherToken);
        using var client = gateway.Client(Key);

        var burst = Enumerable.Range(0, 50).Select(_ => client.GetAsync("/v1/users/me")).ToArray();
        await gateway.UntilAsync(() => upstream.Requests.Count == 50, "all requests to be sent with the old token");
        release.SetResult();

        Assert.All(await Task.WhenAll(burst), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(100, upstream.Requests.Count);
        Assert.Equal(2, _vault.Readings);
    }

    [Fact]
    public async Task A_reading_that_began_before_the_rotation_does_not_count_as_the_reading_after_a_401()
    {
        var late = new TaskCompletionSource();
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => _vault.Use(setup.Brisk(3), settings: ("RefreshInterval", "00:00:01")));
        _vault.First.Enqueue(VaultResponse.Secret(The.NotionToken) with { Held = late.Task });
        await gateway.UntilAsync(() => _vault.Readings == 2, "a slow reading of the old token to begin");
        _vault.Answer = VaultResponse.Secret(The.OtherToken);
        upstream.Answer = OnlyAccepts(The.OtherToken);

        var request = gateway.Client(Key).GetAsync("/v1/users");
        await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the old token to be refused");
        await Task.WhenAny(request, Task.Delay(TimeSpan.FromMilliseconds(300)));
        late.SetResult();

        using var response = await request;
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(gateway.Logs.Named("CredentialQuarantined"));
    }

    public void Dispose() => _vault.Dispose();

    private static Func<RecordedRequest, RawResponse> OnlyAccepts(string token) => request =>
        request.Values("Authorization").Contains($"Bearer {token}")
            ? RawResponse.Json("{}")
            : RawResponse.Json("""{"object":"error","status":401,"code":"unauthorized"}""", 401);
}
