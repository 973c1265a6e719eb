using System.Text.Json.Nodes;
using NotionSandbox.Responses;

namespace NotionSandbox.OAuth;

/// <summary>The error codes of the OAuth endpoints, and how an error is written in each dialect.</summary>
internal static class OAuthErrors
{
    public static ErrorCode InvalidRequest { get; } = new("invalid_request", 400);

    public static ErrorCode InvalidGrant { get; } = new("invalid_grant", 400);

    public static ErrorCode UnauthorizedClient { get; } = new("unauthorized_client", 400);

    public static ErrorCode UnsupportedGrantType { get; } = new("unsupported_grant_type", 400);

    public static ErrorCode InvalidScope { get; } = new("invalid_scope", 400);

    public static ErrorCode InvalidClient { get; } = new("invalid_client", 401);

    public static ErrorCode TestEnvError { get; } = new("test_env_error", 403);

    private static ErrorCode[] All { get; } =
        [InvalidRequest, InvalidGrant, UnauthorizedClient, UnsupportedGrantType, InvalidScope, InvalidClient, TestEnvError, ErrorCode.InternalServerError];

    public static ErrorCode Named(string text) =>
        All.FirstOrDefault(code => code.Text == text)
        ?? throw new ArgumentException($"There is no OAuth error '{text}'. There are: {string.Join(", ", All.Select(code => code.Text))}.", nameof(text));

    public static JsonResponse Answer(ErrorCode code, string message, ErrorDialect dialect) => dialect == ErrorDialect.OpenApi
        ? JsonResponse.Error(code, message)
        : new JsonResponse(new JsonObject { ["error"] = code.Text, ["error_description"] = message }) { Status = code.Status };
}
