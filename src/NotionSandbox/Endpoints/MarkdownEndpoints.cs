using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Markdown;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Tasks;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The content of a page, or of a block, as Markdown.</summary>
internal static class MarkdownEndpoints
{
    public static SandboxResponse Retrieve(Call call) => new JsonResponse(Show(call.Block(call.Id())));

    public static SandboxResponse Update(Call call)
    {
        var page = call.Block(call.Id()).Editable();
        var type = call.Body.Text("type") ?? throw Refusal.Missing("body.type");
        var edit = call.Body.Object(type) ?? throw Refusal.Missing($"body.{type}");
        var wanted = MarkdownEdit.Apply(MarkdownWriter.Write(page), type, edit);
        DropChildren(page, wanted, edit.Flag("allow_deleting_content") == true);
        var blocks = MarkdownReader.Read(wanted);
        page.Blocks.Where(block => block.Kind == EntryKind.Block).ToList().ForEach(call.Workspace.Remove);
        BlockBuilder.Insert(blocks, page, 0, "body", call);
        page.Touch(call.Now, call.UserId);
        return AsyncTasks.Wanted(call) ? AsyncTasks.Begin("PATCH /v1/pages/:page_id/markdown", Show(page), call) : new JsonResponse(Show(page));
    }

    private static JsonObject Show(Entry page) => new()
    {
        ["object"] = "page_markdown",
        ["id"] = page.Id,
        ["markdown"] = MarkdownWriter.Write(page),
        ["truncated"] = false,
        ["unknown_block_ids"] = new JsonArray(),
    };

    /// <summary>Pages and databases inside the page go to the trash when the new text no longer names them, and the caller allows it.</summary>
    private static void DropChildren(Entry page, string wanted, bool isAllowed)
    {
        var dropped = page.Blocks
            .Where(child => child.Kind != EntryKind.Block && !wanted.Contains(IdText.Undashed(child.Id), StringComparison.Ordinal))
            .ToList();
        if (dropped.Count > 0 && !isAllowed)
        {
            throw Refusal.Validation("This operation would delete child pages or databases. Set allow_deleting_content to do so.");
        }

        dropped.ForEach(child => child.InTrash = true);
    }
}
