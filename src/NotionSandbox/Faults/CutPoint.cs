using System.Text.Json.Serialization;

namespace NotionSandbox.Faults;

/// <summary>How much of a response is sent before the connection ends.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<CutPoint>))]
internal enum CutPoint
{
    [JsonStringEnumMemberName("before_any_byte")]
    BeforeAnyByte,

    [JsonStringEnumMemberName("after_headers")]
    AfterHeaders,

    [JsonStringEnumMemberName("mid_body")]
    MidBody,
}
