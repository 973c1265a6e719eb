using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace NotionGateway;

/// <summary>Turns a <see cref="Refusal"/> into a response that Notion's SDKs understand and that is marked as the gateway's own.</summary>
internal static class RefusalResponse
{
    public const string ReasonHeader = "Notion-Gateway-Reason";

    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromSeconds(600);

    // The response is JSON and never HTML: quotes in a sentence may stay readable.
    private static readonly JsonWriterOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Refuses the request: notes the refusal for telemetry and writes the response, unless one has already begun.</summary>
    public static Task RefuseAsync(this HttpContext context, Refusal refusal)
    {
        var request = context.GatewayRequest();
        request.Refusal = refusal;
        if (context.Response.HasStarted)
        {
            // Half a response must never look complete.
            context.Abort();
            return Task.CompletedTask;
        }

        var shown = refusal.Reason.ShownAs;
        var response = context.Response;
        response.Clear();
        response.Headers[ReasonHeader] = shown.Name;
        if ((refusal.RetryAfter ?? shown.RetryAfter) is { } wait)
        {
            response.Headers.RetryAfter = RetryAfterSeconds(wait).ToString(CultureInfo.InvariantCulture);
        }

        switch (shown.Status)
        {
            case StatusCodes.Status401Unauthorized:
                response.Headers.WWWAuthenticate = "Bearer";
                break;
            case StatusCodes.Status405MethodNotAllowed:
                response.Headers.Allow = "GET, POST, PATCH, DELETE";
                break;
        }

        // HTTP/2 has no such header; there the server itself closes connections that it does not trust.
        if (shown.ClosesConnection && (HttpProtocol.IsHttp11(context.Request.Protocol) || HttpProtocol.IsHttp10(context.Request.Protocol)))
        {
            response.Headers.Connection = "close";
        }

        return context.RespondAsync(shown.Status, GatewayResponse.Json, Body(shown, refusal, refusal.RequestId ?? request.Id));
    }

    /// <summary>Whole seconds, rounded up, 1 to 600: every SDK reads that, and none reads anything else.</summary>
    internal static int RetryAfterSeconds(TimeSpan wait) =>
        wait <= TimeSpan.FromSeconds(1) ? 1 : (int)Math.Ceiling(Math.Min(wait.TotalSeconds, LongestRetryAfter.TotalSeconds));

    private static ReadOnlyMemory<byte> Body(RefusalReason reason, Refusal refusal, string requestId)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            json.WriteString("object", "error");
            json.WriteNumber("status", reason.Status);
            json.WriteString("code", reason.Code);
            json.WriteString("message", refusal.Message);
            json.WriteString("request_id", requestId);
            if (refusal.OAuthError is { } word)
            {
                json.WriteString("error", word);
                json.WriteString("error_description", refusal.Message);
            }

            json.WriteStartObject("additional_data");
            json.WriteString("gateway_reason", reason.Name);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }
}

/// <summary>What an earlier stage gives in place of a refusal, if it has something; false if not. A feature of a request.</summary>
internal delegate Task<bool> InsteadOfRefusal(Refusal refusal);

/// <summary>Writes the responses that the gateway itself gives, on every listener. No cache may keep one.</summary>
internal static class GatewayResponse
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>Joins a response to its log line.</summary>
    public const string RequestIdHeader = "Notion-Gateway-Request-Id";

    /// <summary>Writes the whole response; further headers are set before. To HEAD the server sends the head alone.</summary>
    public static Task RespondAsync(this HttpContext context, int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        if (context.Features.Get<GatewayRequest>() is { } request)
        {
            response.Headers[RequestIdHeader] = request.Id;
        }

        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
