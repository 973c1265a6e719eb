using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>Notion says 401 because the token was rotated: the source is read once and what is safe to repeat is repeated once.</summary>
public sealed class UnauthorizedRotationTests
{
    [Fact]
    public async Task Fifty_requests_at_once_are_all_answered_after_one_reading()
    {
        var release = new TaskCompletionSource();
        await using var scene = await UnauthorizedScene.StartAsync(arrange: scene => scene.Release = release.Task);
        Rotated(scene);

        var burst = Enumerable.Range(0, 50)
            .Select(number => number % 2 == 0 ? scene.GetAsync() : scene.SendAsync(HttpMethod.Post, "/v1/pages", $$"""{"number":{{number}}}"""))
            .ToArray();
        await scene.Gateway.UntilAsync(() => scene.Sent.Count == 50, "all requests to be sent with the old token");
        release.SetResult();

        Assert.All(await Task.WhenAll(burst), response => Assert.Equal(HttpStatusCode.OK, response.StatusCode));
        Assert.Equal(2, scene.Readings());
        Assert.Equal(0, scene.Probes);
        Assert.Equal(50, scene.Sent.Count(request => UnauthorizedScene.TokenOf(request) == The.NotionToken));
        Assert.Equal(50, scene.Sent.Count(request => UnauthorizedScene.TokenOf(request) == The.OtherToken));
    }

    [Theory]
    [InlineData("GET", "/v1/users", null)]
    [InlineData("DELETE", "/v1/blocks/abc", null)]
    [InlineData("POST", "/v1/pages", """{"a":[1,2,"é"]}""")]
    [InlineData("PATCH", "/v1/pages/abc", """{"archived":true}""")]
    [InlineData("POST", "/v1/file_uploads/abc/complete", null)]
    public async Task Reads_and_writes_are_repeated_once_with_the_same_bytes_and_the_new_token(string method, string target, string? json)
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        Rotated(scene);

        using var response = await scene.SendAsync(new HttpMethod(method), target, json);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"object":"page"}""", await response.Content.ReadAsStringAsync());
        Assert.Equal([The.NotionToken, The.OtherToken], scene.Sent.Select(UnauthorizedScene.TokenOf).ToArray());
        Assert.Equal(scene.Sent[0].Line, scene.Sent[1].Line);
        Assert.Equal(scene.Sent[0].Body, scene.Sent[1].Body);
        Assert.Equal(json ?? "", scene.Sent[1].BodyText);
    }

    [Fact]
    public async Task A_session_that_is_answered_as_a_stream_is_repeated_too_since_its_request_is_in_memory()
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        Rotated(scene);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/sessions")
        {
            Content = new StringContent("{}", System.Text.Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Accept", "text/event-stream");

        using var response = await scene.Gateway.Client().SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, scene.Sent.Count);
    }

    [Fact]
    public async Task An_upload_that_has_begun_is_not_repeated_and_the_next_one_goes_with_the_new_token()
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        Rotated(scene);

        using var refused = await UploadAsync(scene);
        Assert.Equal(HttpStatusCode.BadGateway, refused.StatusCode);
        Assert.Equal(["upstream_unauthorized"], refused.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Single(scene.Sent);

        using var response = await UploadAsync(scene);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal([The.NotionToken, The.OtherToken], scene.Sent.Select(UnauthorizedScene.TokenOf).ToArray());
        Assert.Equal(2, scene.Readings());
    }

    [Fact]
    public async Task A_new_token_that_is_refused_as_well_is_not_tried_for_ever()
    {
        await using var scene = await UnauthorizedScene.StartAsync();
        scene.Refuse(The.OtherToken);
        Rotated(scene);

        using var response = await scene.GetAsync();

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_unauthorized"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Equal([The.NotionToken, The.OtherToken], scene.Sent.Select(UnauthorizedScene.TokenOf).ToArray());
        Assert.Equal(1, scene.Probes);
    }

    [Fact]
    public async Task A_caller_that_hangs_up_meanwhile_does_not_stop_the_others()
    {
        var release = new TaskCompletionSource();
        await using var scene = await UnauthorizedScene.StartAsync(arrange: scene => scene.Release = release.Task);
        Rotated(scene);
        using var impatient = scene.Gateway.RawCaller();
        await impatient.SendAsync($"GET {UnauthorizedScene.Page} HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
        var patient = scene.GetAsync();
        await scene.Gateway.UntilAsync(() => scene.Sent.Count == 2, "both requests to be sent");

        impatient.HangUp();
        release.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await patient).StatusCode);
    }

    private static void Rotated(UnauthorizedScene scene)
    {
        scene.Refuse(The.NotionToken);
        scene.Rotate(The.OtherToken);
    }

    private static Task<HttpResponseMessage> UploadAsync(UnauthorizedScene scene) => scene.Gateway.Client().PostAsync(
        "/v1/file_uploads/abc/send", new MultipartFormDataContent { { new ByteArrayContent(new byte[100_000]), "file", "a.bin" } });
}
