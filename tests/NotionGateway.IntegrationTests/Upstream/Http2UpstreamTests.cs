using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>Notion over HTTP/2, where streams end and share connections: the same promises as over HTTP/1.1.</summary>
public sealed class Http2UpstreamTests : IDisposable
{
    private readonly PrivateAuthority _authority = new();

    [Fact]
    public async Task More_requests_than_one_connection_carries_are_all_answered()
    {
        var release = new TaskCompletionSource();
        await using var notion = await StartNotionAsync();
        notion.Answer = async context =>
        {
            await release.Task;
            await context.Response.WriteAsync(context.Request.Query["n"].ToString());
        };
        await using var gateway = await StartAsync(notion);
        using var client = gateway.Client();

        var requests = Enumerable.Range(0, 150).Select(number => client.GetStringAsync($"/v1/users?n={number}")).ToArray();
        await gateway.UntilAsync(() => notion.Requests.Count == 150, "all requests to be in progress at once");
        release.SetResult();

        Assert.Equal(Enumerable.Range(0, 150).Select(number => number.ToString()), await Task.WhenAll(requests));
    }

    [Theory]
    [InlineData("GET", "/v1/users", 4)]
    [InlineData("POST", "/v1/pages", 1)]
    public async Task A_stream_that_is_reset_before_its_answer_is_told_and_a_write_is_not_sent_again(string method, string target, int sent)
    {
        await using var notion = await StartNotionAsync();
        notion.Answer = context =>
        {
            context.Abort();
            return Task.CompletedTask;
        };
        await using var gateway = await StartAsync(notion);

        using var response = await SendAsync(gateway, method, target);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_reset"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Equal(sent, notion.Requests.Count);
    }

    [Fact]
    public async Task A_stream_that_is_reset_in_its_answer_does_not_look_whole()
    {
        await using var notion = await StartNotionAsync();
        notion.Answer = async context =>
        {
            await context.Response.WriteAsync("{\"half\":");
            await context.Response.Body.FlushAsync();
            context.Abort();
        };
        await using var gateway = await StartAsync(notion);
        using var caller = gateway.RawCaller();

        var response = await caller.ExchangeAsync($"GET /v1/users HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n");

        Assert.False(response is { Status: 200, IsComplete: true }, response.Text);
        Assert.InRange(notion.Requests.Count, 1, 4);
    }

    [Fact]
    public async Task Connections_that_are_closed_between_requests_are_made_anew()
    {
        var first = await StartNotionAsync();
        var port = first.Address().Port;
        await using var gateway = await StartAsync(first);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, "POST", "/v1/pages")).StatusCode);
        await first.DisposeAsync();

        using var refused = await SendAsync(gateway, "POST", "/v1/pages");
        Assert.Equal(["upstream_unreachable"], refused.Headers.GetValues("Notion-Gateway-Reason"));

        await using var second = await PretendNotion.StartAsync(_authority.Issue("localhost"), port: port);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, "POST", "/v1/pages")).StatusCode);
        Assert.Single(second.Requests);
    }

    public void Dispose() => _authority.Dispose();

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string method, string target) =>
        gateway.Client().SendAsync(
            new HttpRequestMessage(new HttpMethod(method), target)
            {
                Content = method == "GET" ? null : new StringContent("{}", Encoding.UTF8, "application/json"),
            });

    private Task<PretendNotion> StartNotionAsync() => PretendNotion.StartAsync(_authority.Issue("localhost"));

    private Task<TestGateway> StartAsync(PretendNotion notion) =>
        TestGateway.StartAsync(notion.Address(), setup => setup.Setting("Gateway:Forwarding:ExtraCaFile", _authority.PemFile));
}
