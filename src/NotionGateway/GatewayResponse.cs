namespace NotionGateway;

/// <summary>Writes the responses that the gateway itself gives, on every listener. No cache may keep one.</summary>
internal static class GatewayResponse
{
    public const string Json = "application/json; charset=utf-8";

    /// <summary>Writes the whole response; further headers are set before. To HEAD the server sends the head alone.</summary>
    public static Task RespondAsync(this HttpContext context, int status, string? contentType, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = contentType;
        response.ContentLength = body.Length;
        response.Headers.CacheControl = "no-store";
        return response.Body.WriteAsync(body, context.RequestAborted).AsTask();
    }
}
