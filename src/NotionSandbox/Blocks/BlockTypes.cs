using System.Collections.Frozen;
using System.Text.Json.Nodes;

namespace NotionSandbox.Blocks;

/// <summary>The block types that can be created, each with what Notion shows when the caller leaves it out.</summary>
internal static class BlockTypes
{
    private const string Text = """{"rich_text":[],"color":"default"}""";
    private const string Heading = """{"rich_text":[],"is_toggleable":false,"color":"default"}""";
    private const string File = """{"caption":[]}""";

    private static readonly FrozenDictionary<string, string> Defaults = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["paragraph"] = """{"rich_text":[],"icon":null,"color":"default"}""",
        ["heading_1"] = Heading,
        ["heading_2"] = Heading,
        ["heading_3"] = Heading,
        ["heading_4"] = Heading,
        ["bulleted_list_item"] = Text,
        ["numbered_list_item"] = Text,
        ["toggle"] = Text,
        ["quote"] = Text,
        ["template"] = """{"rich_text":[]}""",
        ["to_do"] = """{"rich_text":[],"checked":false,"color":"default"}""",
        ["callout"] = """{"rich_text":[],"icon":null,"color":"default"}""",
        ["code"] = """{"caption":[],"rich_text":[],"language":"plain text"}""",
        ["equation"] = """{"expression":""}""",
        ["divider"] = "{}",
        ["breadcrumb"] = "{}",
        ["tab"] = "{}",
        ["table_of_contents"] = """{"color":"default"}""",
        ["bookmark"] = File,
        ["embed"] = File,
        ["image"] = File,
        ["video"] = File,
        ["pdf"] = File,
        ["file"] = File,
        ["audio"] = File,
        ["table"] = """{"table_width":0,"has_column_header":false,"has_row_header":false}""",
        ["table_row"] = """{"cells":[]}""",
        ["column_list"] = "{}",
        ["column"] = "{}",
        ["synced_block"] = """{"synced_from":null}""",
        ["link_to_page"] = "{}",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static bool IsKnown(string type) => Defaults.ContainsKey(type);

    public static JsonObject Default(string type) => JsonNode.Parse(Defaults[type])!.AsObject();

    /// <summary>The type of a block as sent: what it says, or else the first field that is a type.</summary>
    public static string? Of(JsonObject block) => block.ContainsKey("type") && block["type"] is JsonValue said
        ? said.ToString()
        : block.Select(field => field.Key).FirstOrDefault(IsKnown);
}
