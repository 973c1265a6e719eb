using System.Globalization;
using System.Text.Json;

namespace NotionGateway.Operator;

/// <summary>Reads a request's body: a JSON object whose members are texts, each known and there once. What is wrong is said without repeating it.</summary>
internal static class OperatorBody
{
    public const int Largest = 64 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow, MaxDepth = 8 };

    /// <summary>Reads the members; those whose names end in a question mark may be missing.</summary>
    public static IReadOnlyDictionary<string, string>? Read(ReadOnlyMemory<byte> body, string[] members, out Refusal? refusal)
    {
        var read = new Dictionary<string, string>(StringComparer.Ordinal);
        var known = members.Select(member => member.TrimEnd('?')).ToArray();
        var wrong = new List<string>();
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
            {
                wrong.Add("it must be an object");
            }
            else
            {
                ReadMembers(json.RootElement, known, read, wrong);
                wrong.AddRange(members.Where(member => !member.EndsWith('?') && !json.RootElement.TryGetProperty(member, out _)).Select(member => $"'{member}' is missing"));
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            wrong.Add(exception is JsonException { LineNumber: { } line, BytePositionInLine: { } at }
                ? string.Create(CultureInfo.InvariantCulture, $"it is not JSON, or a member stands twice (line {line + 1}, byte {at + 1})")
                : "it is not JSON in UTF-8, or a member stands twice");
        }

        refusal = wrong.Count == 0 ? null : new Refusal(
            RefusalReason.InvalidRequest, $"The body is wrong: {string.Join("; ", wrong)}. It takes a JSON object with {string.Join(", ", members.Select(Described))}.");
        return refusal is null ? read : null;
    }

    private static void ReadMembers(JsonElement body, string[] known, Dictionary<string, string> read, List<string> wrong)
    {
        foreach (var member in body.EnumerateObject())
        {
            if (!known.Contains(member.Name, StringComparer.Ordinal))
            {
                wrong.Add("it holds a member that is not known");
            }
            else if (member.Value.ValueKind != JsonValueKind.String)
            {
                wrong.Add($"'{member.Name}' must be a text");
            }
            else
            {
                read.Add(member.Name, member.Value.GetString()!);
            }
        }
    }

    private static string Described(string member) => member.EndsWith('?') ? $"{member.TrimEnd('?')} (optional)" : member;
}
