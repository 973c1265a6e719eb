using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 6: a write other than a repeatable DELETE is sent at most once, unless Notion said that it did not do it or no byte left us.</summary>
public sealed class P06_A_write_is_sent_at_most_once
{
    [Theory]
    [InlineData("POST", "/v1/pages", "{}")]
    [InlineData("POST", "/v1/file_uploads/abc/complete", null)]
    [InlineData("PATCH", "/v1/blocks/abc/children", "{}")]
    public async Task A_pooled_connection_that_dies_does_not_write_twice(string method, string target, string? body)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(gateway, method, target, body)).StatusCode);

        // The second request on the kept connection is read, and the connection ends without an answer.
        upstream.Answer = _ => new RawResponse().Close();
        var response = await SendAsync(gateway, method, target, body);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Equal(["upstream_reset"], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.Equal(2, upstream.Requests.Count);
    }

    [Theory]
    [InlineData("POST", "/v1/pages", "{}")]
    [InlineData("POST", "/v1/file_uploads/abc/complete", null)]
    public async Task A_broken_connection_does_not_write_twice(string method, string target, string? body)
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Reset() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        var response = await SendAsync(gateway, method, target, body);

        Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        Assert.Single(upstream.Requests);
    }

    [Fact]
    public async Task A_bodyless_write_says_that_its_body_is_empty()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        await SendAsync(gateway, "POST", "/v1/file_uploads/abc/complete", null);
        Assert.Equal(["0"], upstream.Only.Values("Content-Length"));
    }

    [Fact]
    public async Task A_write_whose_caller_hangs_up_is_finished()
    {
        var noticed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var upstream = new RecordingUpstream
        {
            Answer = _ => new RawResponse().After(noticed.Task).Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"),
        };
        await using var gateway = await TestGateway.StartAsync(
            upstream.Address, setup => setup.Adjust(services => services.AddSingleton<IStartupFilter>(new HangUpNotice(noticed))));

        using (var caller = gateway.RawCaller())
        {
            await caller.SendAsync(
                $"POST /v1/pages HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{{}}");
            await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the write to arrive");
            caller.HangUp();
        }

        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests", ("outcome", "cancelled"), ("status", "499")) == 1, "the request to end");
        Assert.Equal(1, gateway.Metrics.Sum("notion_gateway.upstream.responses", ("status", "200"), ("operation", "pages.create")));
    }

    [Fact]
    public async Task A_read_whose_caller_hangs_up_is_given_up()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Hang() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);

        using (var caller = gateway.RawCaller())
        {
            await caller.SendAsync($"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\n\r\n");
            await gateway.UntilAsync(() => upstream.Requests.Count == 1, "the read to arrive");
            caller.HangUp();
        }

        await gateway.UntilAsync(() => gateway.Metrics.Sum("notion_gateway.requests", ("outcome", "cancelled"), ("status", "499")) == 1, "the request to end");
    }

    private static Task<HttpResponseMessage> SendAsync(TestGateway gateway, string method, string target, string? body) =>
        gateway.Client().SendAsync(
            new HttpRequestMessage(new HttpMethod(method), target)
            {
                Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
            });

    /// <summary>Tells when the server has noticed that the caller is gone; Notion answers only then.</summary>
    private sealed class HangUpNotice(TaskCompletionSource noticed) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, following) =>
            {
                context.RequestAborted.Register(noticed.SetResult);
                return following(context);
            });
            next(app);
        };
    }
}
