using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>Any other error status, in Notion's shape; 502 as the edge's HTML, which is how that one comes.</summary>
internal sealed record StatusFault : Fault
{
    public required int Status { get; init; }

    /// <summary>Headers as they are; 529 has one unless told otherwise.</summary>
    public IReadOnlyList<string>? RetryAfter { get; init; }

    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        if (Status == 502)
        {
            return delivery.SendAsync(HtmlResponse.BadGateway);
        }

        var code = ErrorCode.Of(Status);
        var retryAfter = RetryAfter ?? (code == ErrorCode.ServiceOverload ? ["1"] : []);
        return delivery.SendAsync(new JsonResponse(JsonResponse.Error(code, Message(code)).Body) { Status = Status, Headers = RetryAfterHeaders(retryAfter) });
    }

    public static IReadOnlyList<KeyValuePair<string, string>> RetryAfterHeaders(IEnumerable<string> values) =>
        [.. values.Select(value => new KeyValuePair<string, string>("Retry-After", value))];

    private static string Message(ErrorCode code) => code.Status switch
    {
        401 => "API token is invalid.",
        403 => "API token does not have access to this resource.",
        409 => "Conflict occurred while saving. Please try again.",
        500 => "Unexpected error occurred.",
        503 => "Public API service is temporarily unavailable, please try again later.",
        504 => "The request timed out. Please try again later.",
        529 => "Notion is overloaded. Please try again later.",
        _ => "The request could not be handled.",
    };
}
