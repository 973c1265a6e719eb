using System.Text.Json.Nodes;
using NotionGateway.OAuth.TokenEndpoint;

namespace NotionGateway.OAuth.Applications;

/// <summary>The response to an application: one in Notion's shape, or a denial.</summary>
internal readonly record struct ApplicationResponse
{
    private ApplicationResponse(int status, string? json, Refusal? refusal) => (Status, Json, Refusal) = (status, json, refusal);

    public int Status { get; }

    public string? Json { get; }

    public Refusal? Refusal { get; }

    public static ApplicationResponse Of(string json) => new(StatusCodes.Status200OK, json, null);

    /// <summary>Notion's own denial, in both of its dialects: half of the clients read one, half the other.</summary>
    public static ApplicationResponse Of(OAuthError error)
    {
        var description = error.Description ?? "Notion rejected the request.";
        var json = new JsonObject
        {
            ["object"] = "error",
            ["status"] = error.Status,
            ["code"] = error.Code,
            ["message"] = description,
            ["error"] = error.Code,
            ["error_description"] = description,
        };
        return new(error.Status, json.ToJsonString(), null);
    }

    /// <summary>The application's request is not one that can be done.</summary>
    public static ApplicationResponse Rejected(string word, string message) => Refused(new Refusal(RefusalReason.OAuthRejected, message) { OAuthError = word });

    public static ApplicationResponse Refused(Refusal refusal) => new(0, null, refusal);

    // The JSON may contain keys.
    public override string ToString() => Refusal?.ToString() ?? $"{Status}";
}
