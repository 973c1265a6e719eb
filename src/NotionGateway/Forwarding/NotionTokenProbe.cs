using System.Net;
using System.Text.Json;
using System.Threading.RateLimiting;
using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.Notion;

namespace NotionGateway.Forwarding;

/// <summary>Asks Notion who a token is: one call of <c>GET /v1/users/me</c>, in its turn like any other.</summary>
internal sealed class NotionTokenProbe(PartitionedRateLimiter<TurnRequest> turns, UpstreamClient upstream, ForwardingOptions options) : ITokenProbe
{
    private const int LongestAnswer = 64 * 1024;

    public async Task<ProbeResult> ProbeAsync(Credential credential, NotionToken token, CancellationToken cancellationToken)
    {
        using var turn = await turns.AcquireAsync(new TurnRequest(credential.Name), 1, cancellationToken);
        using var message = new HttpRequestMessage(HttpMethod.Get, upstream.AddressOf("/v1/users/me")) { Version = HttpVersion.Version20 };
        message.Headers.TryAddWithoutValidation(NotionHeaders.Version, options.DefaultNotionVersion);
        message.Headers.TryAddWithoutValidation("User-Agent", RequestHeadersTransform.OwnUserAgent);
        message.Headers.TryAddWithoutValidation("Authorization", token.BearerFor(message.RequestUri!));
        try
        {
            using var answer = await upstream.Invoker.SendAsync(message, cancellationToken);
            return answer.StatusCode switch
            {
                HttpStatusCode.Unauthorized => new ProbeResult(ProbeVerdict.Rejected),
                HttpStatusCode.OK => new ProbeResult(ProbeVerdict.Accepted, await ReadIdentityAsync(answer, cancellationToken)),
                HttpStatusCode.Forbidden => new ProbeResult(ProbeVerdict.Accepted),
                _ => new ProbeResult(ProbeVerdict.Unknown),
            };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            return new ProbeResult(ProbeVerdict.Unknown);
        }
    }

    private static async Task<NotionIdentity?> ReadIdentityAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var buffer = new byte[LongestAnswer];
        await using var body = await answer.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            using var json = JsonDocument.Parse(buffer.AsMemory(0, length));
            var root = json.RootElement;
            var workspace = root.TryGetProperty("bot", out var bot) && bot.ValueKind == JsonValueKind.Object && bot.TryGetProperty("workspace_id", out var id)
                ? id.GetString()
                : null;
            return root.GetProperty("id").GetString() is { Length: > 0 } botId ? new NotionIdentity(botId, workspace) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            // The token is known all the same; without an id its limit is counted by the token.
            return null;
        }
    }
}
