using System.Text.Json.Nodes;

namespace NotionSandbox.Blocks;

/// <summary>The block that a meeting's notes are.</summary>
internal static class MeetingNotes
{
    public const string Type = "meeting_notes";

    public static JsonObject Content(string title, string status) => new() { ["title"] = RichText.Plain(title), ["status"] = status };
}
