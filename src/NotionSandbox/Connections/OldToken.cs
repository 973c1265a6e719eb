using System.Text.Json.Serialization;

namespace NotionSandbox.Connections;

/// <summary>What becomes of the tokens that a connection had when it gets a new one.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<OldToken>))]
internal enum OldToken
{
    [JsonStringEnumMemberName("works")]
    KeepsWorking,

    [JsonStringEnumMemberName("dies")]
    DiesAtOnce,
}
