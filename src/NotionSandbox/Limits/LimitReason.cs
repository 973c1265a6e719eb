namespace NotionSandbox.Limits;

/// <summary>The words of <c>additional_data.rate_limit_reason</c>: which limit a refused request ran into.</summary>
internal static class LimitReason
{
    public const string Connection = "public_api_request_rate_limit";
    public const string Workspace = "public_api_space_request_rate_limit";
    public const string Endpoint = "public_api_endpoint_rate_limit";
    public const string Blocked = "public_api_request_blocked";
}
