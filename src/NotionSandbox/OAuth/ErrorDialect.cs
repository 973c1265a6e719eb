using System.Text.Json.Serialization;

namespace NotionSandbox.OAuth;

/// <summary>The two shapes in which Notion is known to write errors of its OAuth endpoints.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ErrorDialect>))]
internal enum ErrorDialect
{
    /// <summary>What the guide says and people report: <c>{"error":"invalid_grant","error_description":"…"}</c>.</summary>
    [JsonStringEnumMemberName("rfc6749")]
    Rfc6749,

    /// <summary>What the reference says: <c>{"object":"error","status":400,"code":"invalid_grant","message":"…"}</c>.</summary>
    [JsonStringEnumMemberName("open_api")]
    OpenApi,
}
