using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Comments as JSON.</summary>
internal static class CommentShape
{
    public static JsonObject Of(Comment comment)
    {
        var parentType = comment.Parent.Kind == EntryKind.Page ? "page_id" : "block_id";
        var shown = new JsonObject
        {
            ["object"] = "comment",
            ["id"] = comment.Id,
            ["parent"] = new JsonObject { ["type"] = parentType, [parentType] = comment.Parent.Id },
            ["discussion_id"] = comment.DiscussionId,
            ["created_time"] = Timestamps.Minute(comment.Created),
            ["last_edited_time"] = Timestamps.Minute(comment.Edited),
            ["created_by"] = UserShape.Partial(comment.CreatedBy),
            ["rich_text"] = comment.RichText.DeepClone(),
            ["display_name"] = comment.DisplayName.DeepClone(),
        };
        if (comment.Attachments is not null)
        {
            shown["attachments"] = comment.Attachments.DeepClone();
        }

        return shown;
    }
}
