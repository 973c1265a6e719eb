using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Bodies;
using NotionGateway.TestKit;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.IntegrationTests.Promises;

/// <summary>Promise 8: every answer made by the gateway's pipeline is in Notion's own error shape, with a code the SDKs know, and is marked as ours.</summary>
public sealed class P08_Every_answer_is_in_Notions_error_shape
{
    [Theory]
    [MemberData(nameof(Scenarios.Names), MemberType = typeof(Scenarios))]
    public async Task A_refusal_has_the_shape_that_SDKs_read(string name)
    {
        var scenario = Scenarios.ByName[name];
        await using var run = await scenario.RunAsync();

        var response = run.Answer;
        Assert.Equal(scenario.Status, (int)response.StatusCode);
        Assert.Equal("application/json; charset=utf-8", response.Content.Headers.ContentType!.ToString());
        Assert.Equal([scenario.Shown], response.Headers.GetValues("Notion-Gateway-Reason"));
        Assert.False(response.Headers.Contains("cf-ray"));

        using var body = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        var root = body.RootElement;
        Assert.Equal(["object", "status", "code", "message", "request_id", "additional_data"], root.EnumerateObject().Select(property => property.Name));
        Assert.Equal("error", root.GetProperty("object").GetString());
        Assert.Equal(scenario.Status, root.GetProperty("status").GetInt32());
        Assert.Equal(scenario.Code, root.GetProperty("code").GetString());
        Assert.True(root.GetProperty("message").GetString()!.Length > 20);
        Assert.True(Guid.TryParse(root.GetProperty("request_id").GetString(), out _));
        Assert.Equal(scenario.Shown, root.GetProperty("additional_data").GetProperty("gateway_reason").GetString());
        var reason = RefusalReason.All.Single(reason => reason.Name == name);
        Assert.Equal(reason.RetryAfter is not null || scenario.Status == 429, response.Headers.Contains("Retry-After"));
        if (response.Headers.TryGetValues("Retry-After", out var wait))
        {
            Assert.InRange(int.Parse(wait.Single()), 1, 600);
        }
    }

    [Fact]
    public async Task A_failure_that_nobody_foresaw_has_it_too()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Adjust(services =>
            services.AddSingleton<IHttpForwarder, DefectiveForwarder>()));

        var response = await gateway.Client().GetAsync("/v1/users/me");

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Equal(["internal_error"], response.Headers.GetValues("Notion-Gateway-Reason"));
        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(), "the request's line");
        var line = Assert.Single(gateway.Logs.Lines, line => line.Level >= Microsoft.Extensions.Logging.LogLevel.Warning);
        Assert.Equal(("internal_error", "defect"), (line.Values["Reason"], line.Exception?.Message));
    }

    [Fact]
    public async Task A_slow_body_is_told_so()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Setting("Gateway:Forwarding:BodyReadTimeout", "00:00:00.3"));
        using var caller = gateway.RawCaller();

        await caller.SendAsync(
            $"POST /v1/search HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{{");
        var response = await caller.ReadResponseAsync();

        Assert.Equal((400, "malformed_request"), (response.Status, response.Reason));
        Assert.Contains("did not arrive", response.Body);
        Assert.Equal(0, upstream.Connections);
    }

    [Fact]
    public async Task Too_many_bodies_at_once_are_told_so()
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Setting("Gateway:Limits:MaxBufferedBytes", "1048576"));
        var head = $"POST /v1/search HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nContent-Type: application/json\r\n";
        using var slow = gateway.RawCaller();
        await slow.SendAsync($"{head}Content-Length: 900000\r\n\r\n{new string(' ', 600_000)}");
        var budget = gateway.Services.GetRequiredService<BodyBudget>();
        await gateway.UntilAsync(() => budget.Taken >= 1_048_576, "most of the first body to come");

        var response = await gateway.Client().PostAsync("/v1/search", new StringContent(new string(' ', 300_000), Encoding.UTF8, "application/json"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(["overloaded"], response.Headers.GetValues("Notion-Gateway-Reason"));
        slow.HangUp();
        await gateway.UntilAsync(() => budget.Taken == 0, "the memory to be given back");
    }

    private sealed class DefectiveForwarder : IHttpForwarder
    {
        public ValueTask<ForwarderError> SendAsync(
            Microsoft.AspNetCore.Http.HttpContext context,
            string destinationPrefix,
            HttpMessageInvoker httpClient,
            ForwarderRequestConfig requestConfig,
            HttpTransformer transformer) => throw new InvalidOperationException("defect");
    }
}
