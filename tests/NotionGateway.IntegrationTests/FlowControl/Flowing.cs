using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.FlowControl;

/// <summary>Helpers that the tests of permits, limits and retries share.</summary>
internal static class Flowing
{
    private const string FlowControl = "Gateway:FlowControl";

    /// <summary>A number of permits in a number of seconds, spread evenly.</summary>
    public static GatewaySetup Limit(this GatewaySetup setup, int permits, double seconds, double guard = 0) => setup
        .Setting($"{FlowControl}:Plans:Standard:WindowLimit", permits.ToString(CultureInfo.InvariantCulture))
        .Setting($"{FlowControl}:Plans:Standard:Window", TimeSpan.FromSeconds(seconds).ToString("c"))
        .Setting($"{FlowControl}:Plans:Standard:WindowMargin", TimeSpan.FromSeconds(guard).ToString("c"));

    /// <summary>One permit in a minute, and time stands still: after the first request all others wait, for up to a day.</summary>
    public static GatewaySetup Frozen(this GatewaySetup setup) => setup.OnFakeTime().Limit(1, 60).Flow("MaxWait", "1.00:00:00").Patient(The.Caller);

    /// <summary>The caller is ready to wait for a day.</summary>
    public static GatewaySetup Patient(this GatewaySetup setup, string caller) => setup.Setting($"Gateway:Access:Callers:{caller}:MaxWait", "1.00:00:00");

    public static GatewaySetup Flow(this GatewaySetup setup, string key, string value) => setup.Setting($"{FlowControl}:{key}", value);

    /// <summary>Sends one request; <paramref name="agent"/> is how the upstream can tell who sent it.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        this TestGateway gateway, HttpClient client,
        string method = "GET", string target = "/v1/users/me", string? body = null, string? prefer = null, string? agent = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), target);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        if (prefer is not null)
        {
            request.Headers.TryAddWithoutValidation("Prefer", prefer);
        }

        if (agent is not null)
        {
            request.Headers.TryAddWithoutValidation("User-Agent", agent);
        }

        ArgumentNullException.ThrowIfNull(gateway);
        return await client.SendAsync(request);
    }

    /// <summary>Sends requests concurrently; those that the test cancels end without an error.</summary>
    public static Task<HttpResponseMessage>[] SendMany(this TestGateway gateway, HttpClient client, int count, string? agent = null, string? body = null) =>
        [
            .. Enumerable.Range(0, count).Select(
                _ => body is null ? gateway.SendAsync(client, agent: agent) : gateway.SendAsync(client, "POST", "/v1/pages", body, agent: agent)),
        ];

    public static async Task<HttpResponseMessage> GetAsync(this TestGateway gateway, string target = "/v1/users/me")
    {
        using var client = gateway.Client();
        return await gateway.SendAsync(client, target: target);
    }

    public static async Task<HttpResponseMessage> WriteAsync(this TestGateway gateway, string method = "POST", string target = "/v1/pages", string body = "{}")
    {
        using var client = gateway.Client();
        return await gateway.SendAsync(client, method, target, body);
    }

    /// <summary>What a gauge says now, summed over the series that have these labels.</summary>
    public static double Gauge(this TestGateway gateway, string instrument, params (string Name, string Value)[] labels) => gateway.Metrics.Gauges()
        .Where(measurement => measurement.Instrument == instrument && labels.All(label => measurement.Labels.GetValueOrDefault(label.Name) == label.Value))
        .Sum(measurement => measurement.Value);

    /// <summary>How many requests wait for a permit.</summary>
    public static int Waiting(this TestGateway gateway) => gateway.Services.GetRequiredService<ConnectionQueues>()
        .Bindings.Select(binding => binding.ConnectionQueue).Distinct().Sum(connectionQueue => connectionQueue.Waiting().Count);

    /// <summary>Waits until this number of requests wait for a permit.</summary>
    public static Task WaitingAsync(this TestGateway gateway, int count) =>
        gateway.UntilAsync(() => gateway.Gauge("notion_gateway.queue.length") == count, $"{count} requests to wait");

    public static int Status(this HttpResponseMessage response) => (int)response.StatusCode;

    public static string? Reason(this HttpResponseMessage response) =>
        response.Headers.TryGetValues("Notion-Gateway-Reason", out var values) ? string.Join(',', values) : null;

    public static int RetryAfter(this HttpResponseMessage response) =>
        int.Parse(Assert.Single(response.Headers.GetValues("Retry-After")), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>A 429 of Notion's.</summary>
    public static RawResponse Limited(string? retryAfter = "1", string? reason = "public_api_request_rate_limit") =>
        RawResponse.Json(LimitedBody(reason), 429, retryAfter is null ? [] : [$"Retry-After: {retryAfter}"]);

    public static string LimitedBody(string? reason = "public_api_request_rate_limit") =>
        ("""{"object":"error","status":429,"code":"rate_limited","message":"You have been rate limited. Please try again in a few """ +
        """minutes.","request_id":"0c0c0c0c-1111-4222-8333-444444444444","additional_data":{"rate_limit_reason":REASON}}""")
            .Replace("REASON", reason is null ? "null" : $"\"{reason}\"", StringComparison.Ordinal);

    /// <summary>Any other error of Notion's.</summary>
    public static RawResponse Error(int status, string code, params string[] headers) => RawResponse.Json(
        $$"""{"object":"error","status":{{status}},"code":"{{code}}","message":"What Notion """ +
        $$"""says of {{status}}.","request_id":"0d0d0d0d-1111-4222-8333-444444444444"}""",
        status, headers);

    /// <summary>These responses in order; after them the plain one.</summary>
    public static Func<RecordedRequest, RawResponse> InPermit(params RawResponse[] responses)
    {
        var next = -1;
        return _ => Interlocked.Increment(ref next) is var at && at < responses.Length ? responses[at] : RawResponse.Json("""{"object":"list","results":[]}""");
    }
}
