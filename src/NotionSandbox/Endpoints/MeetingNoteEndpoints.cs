using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Uploads;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Meeting notes: blocks made out of a recording.</summary>
internal static class MeetingNoteEndpoints
{
    private const int DefaultLimit = 50;

    public static SandboxResponse Create(Call call)
    {
        var source = call.Body.Object("source") ?? throw Refusal.Missing("body.source");
        var parent = source.Text("type") == "block" ? call.Block(IdField.Required(source, "block_id", "body.source")).Parent
            : call.Page(IdField.Required(call.Body.Object("parent"), "page_id", "body.parent"));
        if (source.Text("type") == "file_upload")
        {
            FileReferences.Uploaded(source.Text("file_upload_id") ?? "undefined", call);
        }

        var note = BlockBuilder.NewBlock(MeetingNotes.Type, MeetingNotes.Content(call.Body.Text("title") ?? "Meeting", "transcription_in_progress"), call);
        call.Workspace.Register(note, (parent ?? throw Refusal.Validation("The source should be an audio, video or file block.")).Editable());
        return new JsonResponse(Show(note, call));
    }

    public static SandboxResponse Query(Call call)
    {
        var title = TitleWanted(call.Body.Object("filter"));
        var limit = (int)(call.Body["limit"].Number() ?? DefaultLimit);
        var notes = call.Workspace.Entries.Values
            .Where(entry => entry.Type == MeetingNotes.Type && !entry.IsGone)
            .Where(entry => RichText.PlainText(entry.Content["title"]).Contains(title, StringComparison.OrdinalIgnoreCase))
            .OrderByDescending(entry => entry.Created)
            .ToList();
        return new JsonResponse(new JsonObject
        {
            ["results"] = new JsonArray([.. notes.Take(limit).Select(note => Show(note, call))]),
            ["has_more"] = notes.Count > limit,
        });
    }

    /// <summary>Here the type has its new name in every version.</summary>
    private static JsonObject Show(Entry note, Call call)
    {
        var shown = BlockShape.Of(note, call);
        shown.Remove(shown.Text("type")!);
        shown["type"] = MeetingNotes.Type;
        shown[MeetingNotes.Type] = note.Content.DeepClone();
        return shown;
    }

    /// <summary>Of the many conditions there are, those on the title count here.</summary>
    private static string TitleWanted(JsonObject? filter) => filter.List("filters")?
        .Where(part => part.Text("property") == "title")
        .Select(part => part.Object("filter").Object("value").Text("value"))
        .FirstOrDefault() ?? "";
}
