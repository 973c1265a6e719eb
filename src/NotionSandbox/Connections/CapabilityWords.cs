using System.Numerics;
using System.Text.Json;

namespace NotionSandbox.Connections;

/// <summary>Capabilities in the words that Notion has for them, such as <c>read_content</c>.</summary>
internal static class CapabilityWords
{
    public static IEnumerable<string> Of(Capabilities capabilities) => Enum.GetValues<Capabilities>()
        .Where(one => BitOperations.IsPow2((int)one) && capabilities.HasFlag(one))
        .Select(one => JsonNamingPolicy.SnakeCaseLower.ConvertName(one.ToString()));

    public static Capabilities Parse(IEnumerable<string> words) => words.Aggregate(
        Capabilities.None, (all, word) => all | Enum.Parse<Capabilities>(word.Replace("_", "", StringComparison.Ordinal), ignoreCase: true));
}
