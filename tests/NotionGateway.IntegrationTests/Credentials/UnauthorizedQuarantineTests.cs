using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>Notion says 401 and the source still gives the same token: what the probe says decides, and a caller never sees a 401.</summary>
public sealed class UnauthorizedQuarantineTests
{
    [Fact]
    public async Task A_token_that_the_probe_finds_dead_is_used_no_more_until_a_probe_succeeds()
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        scene.Refuse(The.NotionToken);

        await AssertUnauthorizedAsync(await scene.GetAsync());
        Assert.Equal((1, 1), (scene.Sent.Count, scene.Probes));
        Assert.Equal(2, scene.Readings());
        Assert.Equal(0, Healthy(scene));

        // At once, and without a byte to Notion.
        for (var request = 0; request < 5; request++)
        {
            await AssertUnauthorizedAsync(await scene.SendAsync(HttpMethod.Post, "/v1/pages", "{}"));
        }

        Assert.Single(scene.Sent);
        Assert.Single(scene.Gateway.Logs.Named("CredentialQuarantined"));

        // It stays ready: callers must reach the answer that says why.
        using var ready = await scene.Gateway.ManagementClient().GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Contains("note: no credential can be used", await ready.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        scene.Accept(The.NotionToken);
        await scene.Gateway.UntilAsync(async () => (await scene.GetAsync()).IsSuccessStatusCode, "the credential to come back");
        await scene.Gateway.UntilAsync(() => scene.Gateway.Logs.Named("CredentialReleased").Any(), "the line that says so");
        Assert.Single(scene.Gateway.Logs.Named("CredentialReleased"));
        Assert.Equal(1, Healthy(scene));
        Assert.InRange(scene.Probes, 2, 4);
    }

    [Fact]
    public async Task A_dead_token_that_is_replaced_at_its_source_is_followed_without_a_request()
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        scene.Refuse(The.NotionToken);
        await AssertUnauthorizedAsync(await scene.GetAsync());

        scene.Rotate(The.OtherToken);
        await scene.Gateway.UntilAsync(async () => (await scene.GetAsync()).IsSuccessStatusCode, "the new token to be used");

        Assert.Equal([The.NotionToken, The.OtherToken], scene.Sent.Select(UnauthorizedScene.TokenOf).ToArray());
    }

    [Fact]
    public async Task A_burst_that_meets_a_dead_token_costs_one_reading_and_one_probe()
    {
        var release = new TaskCompletionSource();
        await using var scene = await UnauthorizedScene.StartAsync(arrange: scene => scene.Release = release.Task);
        scene.Refuse(The.NotionToken);

        var burst = Enumerable.Range(0, 50).Select(_ => scene.GetAsync()).ToArray();
        await scene.Gateway.UntilAsync(() => scene.Sent.Count == 50, "all requests to be sent");
        release.SetResult();

        foreach (var response in await Task.WhenAll(burst))
        {
            await AssertUnauthorizedAsync(response);
        }

        Assert.Equal(50, scene.Sent.Count);
        Assert.Equal((2, 1), (scene.Readings(), scene.Probes));
    }

    [Fact]
    public async Task A_401_that_the_probe_does_not_confirm_is_a_failure_of_that_request_alone()
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        scene.RefuseTarget(UnauthorizedScene.Page);

        await AssertUnauthorizedAsync(await scene.GetAsync());
        Assert.Equal(1, scene.Probes);
        Assert.Equal(1, Healthy(scene));
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/v1/users")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await scene.Gateway.ManagementClient().GetAsync("/readyz")).StatusCode);

        // Notion answers each such request; not each one causes a read of the source and a probe.
        for (var request = 0; request < 5; request++)
        {
            await AssertUnauthorizedAsync(await scene.GetAsync());
        }

        Assert.Equal(7, scene.Sent.Count);
        Assert.Equal(1, scene.Probes);
        Assert.Equal(2, scene.Readings());
        Assert.Empty(scene.Gateway.Logs.Named("CredentialQuarantined"));
    }

    [Theory]
    [InlineData("500")]
    [InlineData("429")]
    [InlineData("broken")]
    public async Task A_probe_without_an_answer_condemns_nobody(string kind)
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        scene.RefuseTarget(UnauthorizedScene.Page);
        scene.ProbeResponse = kind == "broken" ? new RawResponse().Reset() : RawResponse.Json("{}", int.Parse(kind));

        await AssertUnauthorizedAsync(await scene.GetAsync());

        Assert.Equal(1, Healthy(scene));
        Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync("/v1/users")).StatusCode);
    }

    [Fact]
    public async Task Another_credential_is_not_touched()
    {
        const string Another = "ntn_55555555555AnotherCanaryThatIsNeverRefused000000";
        await using var scene = await UnauthorizedScene.StartAsync(
            setup => setup.Credential("other", Another).Caller("other", The.OtherKey, credential: "other"));
        scene.Refuse(The.NotionToken);
        await AssertUnauthorizedAsync(await scene.GetAsync());
        await AssertUnauthorizedAsync(await scene.GetAsync());

        for (var request = 0; request < 5; request++)
        {
            Assert.Equal(HttpStatusCode.OK, (await scene.GetAsync(key: The.OtherKey)).StatusCode);
        }

        Assert.Equal(1, scene.Readings("other"));
        Assert.Equal(6, scene.Sent.Count);
        Assert.Equal(HttpStatusCode.OK, (await scene.Gateway.ManagementClient().GetAsync("/readyz")).StatusCode);
    }

    private static double Healthy(UnauthorizedScene scene) =>
        scene.Gateway.Metrics.Gauges().Last(gauge => gauge.Instrument == "notion_gateway.credential.healthy" && gauge.Labels["credential"] == "default").Value;

    private static async Task AssertUnauthorizedAsync(HttpResponseMessage response)
    {
        using (response)
        {
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
            Assert.Equal(["upstream_unauthorized"], response.Headers.GetValues("Notion-Gateway-Reason"));
            Assert.Contains("\"code\":\"service_unavailable\"", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }
}
