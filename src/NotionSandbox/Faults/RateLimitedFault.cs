using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using NotionSandbox.Limits;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>429, with any <c>Retry-After</c>: each string becomes a header as it is, and no string means no header.</summary>
internal sealed record RateLimitedFault : Fault
{
    public IReadOnlyList<string> RetryAfter { get; init; } = ["1"];

    public string Reason { get; init; } = LimitReason.Connection;

    [JsonIgnore]
    public override bool IsRateLimit => true;

    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real) => delivery.SendAsync(Answer(Reason, RetryAfter));

    public static JsonResponse Answer(string reason, IReadOnlyList<string> retryAfter)
    {
        var more = new JsonObject { ["rate_limit_reason"] = reason };
        if (retryAfter.Count > 0)
        {
            more["retry_after"] = retryAfter[0];
        }

        var error = JsonResponse.Error(ErrorCode.RateLimited, "You have been rate limited. Please try again in a few minutes.", more);
        return new JsonResponse(error.Body) { Status = error.Status, Headers = StatusFault.RetryAfterHeaders(retryAfter) };
    }
}
