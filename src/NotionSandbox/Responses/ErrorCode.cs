using System.Collections.Frozen;

namespace NotionSandbox.Responses;

/// <summary>Notion's error codes and the status that each one comes with.</summary>
internal sealed record ErrorCode(string Text, int Status)
{
    public static ErrorCode InvalidJson { get; } = new("invalid_json", 400);

    public static ErrorCode InvalidRequestUrl { get; } = new("invalid_request_url", 400);

    public static ErrorCode ValidationError { get; } = new("validation_error", 400);

    public static ErrorCode MissingVersion { get; } = new("missing_version", 400);

    public static ErrorCode Unauthorized { get; } = new("unauthorized", 401);

    public static ErrorCode RestrictedResource { get; } = new("restricted_resource", 403);

    public static ErrorCode ObjectNotFound { get; } = new("object_not_found", 404);

    public static ErrorCode ConflictError { get; } = new("conflict_error", 409);

    public static ErrorCode RateLimited { get; } = new("rate_limited", 429);

    public static ErrorCode InternalServerError { get; } = new("internal_server_error", 500);

    public static ErrorCode BadGateway { get; } = new("bad_gateway", 502);

    public static ErrorCode ServiceUnavailable { get; } = new("service_unavailable", 503);

    public static ErrorCode GatewayTimeout { get; } = new("gateway_timeout", 504);

    public static ErrorCode ServiceOverload { get; } = new("service_overload", 529);

    private static FrozenDictionary<int, ErrorCode> ByStatus { get; } = new[]
    {
        ValidationError, Unauthorized, RestrictedResource, ObjectNotFound, ConflictError, RateLimited,
        InternalServerError, BadGateway, ServiceUnavailable, GatewayTimeout, ServiceOverload,
    }.ToFrozenDictionary(code => code.Status);

    public static ErrorCode Of(int status) => ByStatus.GetValueOrDefault(status) ?? new ErrorCode("invalid_request", status);
}
