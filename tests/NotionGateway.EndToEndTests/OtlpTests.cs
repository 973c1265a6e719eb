using System.Net;
using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>What a collector gets over the wire from a program of its own: names, values, parents, and no secret.</summary>
public sealed class OtlpTests
{
    private const ulong Internal = 1, Server = 2, Client = 3;
    private const string TraceId = "0af7651916cd43dd8448eb211c80319c";
    private const string SpanId = "b7ad6b7169203331";
    private const string NotionId = "0f0f0f0f-1111-4222-8333-444444444444";

    [Theory]
    [InlineData("grpc")]
    [InlineData("http/protobuf")]
    public async Task Metrics_spans_and_logs_arrive_with_the_names_of_the_contract(string protocol)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: protocol == "grpc");
        await RunAsync(receiver.Address, protocol);

        Assert.Contains("notion-gateway", receiver.ServiceNames);
        AssertMetrics(receiver);
        AssertSpans(receiver);
        Assert.Contains(receiver.Logs, log => log.Attributes.GetValueOrDefault("Operation") == "users.me" && log.Attributes["Status"] == "200");

        // What Notion is asked and what callers present is nowhere in what went out.
        var all = receiver.AllText();
        Assert.DoesNotContain(The.NotionToken, all, StringComparison.Ordinal);
        Assert.DoesNotContain(The.Key, all, StringComparison.Ordinal);
        Assert.DoesNotContain("InTheRawAddress", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_requests_that_are_not_sampled_only_denials_arrive_and_in_no_trace()
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc: false);
        await RunAsync(receiver.Address, "http/protobuf", ("OTEL_TRACES_SAMPLER", "always_off"));

        Assert.Empty(receiver.Spans);
        var denial = Assert.Single(receiver.Logs, log => log.Attributes.ContainsKey("RequestId"));
        Assert.Equal(("invalid_key", ""), (denial.Attributes["Reason"], denial.TraceId.Trim('0')));
        AssertMetrics(receiver);
    }

    private static void AssertMetrics(OtlpReceiver receiver)
    {
        foreach (var (name, unit, kind) in new[]
        {
            ("notion_gateway.requests", "{request}", "sum"), ("notion_gateway.request.duration", "s", "histogram"),
            ("notion_gateway.denials", "{request}", "sum"), ("notion_gateway.upstream.requests", "{request}", "sum"),
            ("notion_gateway.queue.wait", "s", "histogram"), ("notion_gateway.queue.length", "{request}", "gauge"),
            ("notion_gateway.window.used", "{request}", "gauge"), ("notion_gateway.upstream.responses", "{response}", "sum"),
            ("notion_gateway.upstream.retries", "{retry}", "sum"), ("notion_gateway.upstream.duration", "s", "histogram"),
            ("notion_gateway.credential.age", "s", "gauge"), ("notion_gateway.credential.refreshes", "{refresh}", "sum"),
        })
        {
            Assert.True(receiver.Series.Any(series => (series.Name, series.Unit, series.Kind) == (name, unit, kind)), $"{name} did not come.");
        }

        Assert.Contains(receiver.Series,
            series => series.Name == "notion_gateway.requests" && series.Attributes["operation"] == "users.me" && series.Attributes["caller"] == "default");
    }

    private static void AssertSpans(OtlpReceiver receiver)
    {
        var request = Assert.Single(receiver.Spans, span => span is { Kind: Server, TraceId: TraceId });
        Assert.Equal(("POST search", SpanId), (request.Name, request.ParentId));
        Assert.Equal("/v1/search", request.Attributes["http.route"]);
        Assert.Equal("200", request.Attributes["http.response.status_code"]);
        Assert.Equal("default", request.Attributes["notion_gateway.caller"]);

        var children = receiver.Spans.Where(span => span.ParentId == request.SpanId).ToList();
        Assert.Equal(2, children.Count(span => span is { Kind: Internal, Name: "queue" }));
        var sendings = children.Where(span => span.Kind == Client).OrderBy(span => span.Attributes["notion_gateway.attempt"]).ToList();
        Assert.Equal(["529", "200"], sendings.Select(span => span.Attributes["http.response.status_code"]));
        Assert.Equal("1", sendings[1].Attributes["http.request.resend_count"]);
        Assert.All(sendings, span => Assert.Equal(NotionId, span.Attributes["notion.request_id"]));

        // A stranger's trace is not joined.
        var denial = Assert.Single(receiver.Logs, log => log.Attributes.GetValueOrDefault("Reason") == "invalid_key");
        var refused = Assert.Single(receiver.Spans, span => span.Attributes.GetValueOrDefault("notion_gateway.request_id") == denial.Attributes["RequestId"]);
        Assert.Equal(("", "invalid_key"), (refused.ParentId, refused.Attributes["notion_gateway.reason"]));
        Assert.NotEqual(TraceId, refused.TraceId);
        Assert.DoesNotContain(receiver.Spans, span => span.Attributes.ContainsKey("url.path") || span.Attributes.ContainsKey("url.full"));
    }

    private static async Task RunAsync(Uri collector, string protocol, params (string Name, string Value)[] more)
    {
        var searches = 0;
        await using var upstream = new RecordingUpstream
        {
            Answer = request => request.Target.StartsWith("/v1/search", StringComparison.Ordinal) && Interlocked.Increment(ref searches) == 1
                ? RawResponse.Json("""{"code":"service_overload"}""", 529, "Retry-After: 1", $"x-notion-request-id: {NotionId}")
                : RawResponse.Json("{}", 200, $"x-notion-request-id: {NotionId}"),
        };
        await using var program = await RunningProgram.StartAsync(
            [],
            [
                ("NOTION_TOKEN", The.NotionToken), ("GATEWAY_KEY", The.Key), ("Gateway__DrainDelay", "00:00:00"),
                ("Gateway__Forwarding__Upstream", upstream.Address.GetLeftPart(UriPartial.Authority)), ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", collector.ToString()), ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
                .. RunningProgram.Unhurried, .. more,
            ]);
        using var client = new HttpClient { BaseAddress = program.Data };
        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Get, "/v1/users/me?cursor=InTheRawAddress", The.Key));
        Assert.Equal(HttpStatusCode.OK, await SendAsync(client, HttpMethod.Post, "/v1/search", The.Key));
        Assert.Equal(HttpStatusCode.Unauthorized, await SendAsync(client, HttpMethod.Get, "/v1/users/me", "ngw_nobody"));
        Assert.All(upstream.Requests, sent => Assert.Empty(sent.Values("traceparent")));

        program.Terminate();
        Assert.Equal(0, await program.ExitCodeAsync());
    }

    private static async Task<HttpStatusCode> SendAsync(HttpClient client, HttpMethod method, string target, string key)
    {
        using var request = new HttpRequestMessage(method, target)
        {
            Content = method == HttpMethod.Post ? new StringContent("{}", Encoding.UTF8, "application/json") : null,
        };
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (target != "/v1/users/me?cursor=InTheRawAddress")
        {
            request.Headers.Add("traceparent", $"00-{TraceId}-{SpanId}-01");
        }

        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }
}
