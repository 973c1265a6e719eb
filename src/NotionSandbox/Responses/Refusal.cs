using System.Text.Json.Nodes;
using NotionSandbox.Json;

namespace NotionSandbox.Responses;

/// <summary>
/// A request that cannot be done, which becomes an error response. It is thrown, because what is wrong with a body shows
/// many calls deep, and because only the code that responds can do anything about it.
/// </summary>
internal sealed class Refusal(ErrorCode code, string message) : Exception(message)
{
    public ErrorCode Code => code;

    public JsonObject? AdditionalData { get; init; }

    public static Refusal Validation(string message) => new(ErrorCode.ValidationError, message);

    /// <summary>A field that is not what it should be, in Notion's words. Its path begins with the part of the request that it is in.</summary>
    public static Refusal Field(string path, string should, JsonNode? instead = null)
    {
        var part = path.Split('.', '[')[0];
        return Validation($"{part} failed validation: {path} should {should}, instead was `{(instead is null ? "undefined" : JsonText.Of(instead))}`.");
    }

    public static Refusal Missing(string path) => Field(path, "be defined");

    public JsonResponse ToResponse() => JsonResponse.Error(code, Message, AdditionalData);
}
