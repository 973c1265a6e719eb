using System.Globalization;

namespace NotionGateway;

/// <summary>Where a request's time went, for whoever looks at it in a browser or a trace: the header <c>Server-Timing</c> (W3C).</summary>
internal static class ServerTiming
{
    public static string Of(GatewayRequest request) => string.Create(
        CultureInfo.InvariantCulture, $"queue;dur={request.Queued.TotalMilliseconds:0.#}, upstream;dur={request.Upstream.TotalMilliseconds:0.#}");
}
