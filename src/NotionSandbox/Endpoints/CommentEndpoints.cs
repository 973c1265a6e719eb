using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Uploads;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Comments on pages and blocks. A connection may change its own ones only; others' do not exist for it.</summary>
internal static class CommentEndpoints
{
    public static SandboxResponse Create(Call call)
    {
        var discussion = IdField.Optional(call.Body, "discussion_id", "body");
        var first = discussion is null ? null : call.Workspace.Comments.Find(comment => comment.DiscussionId == discussion);
        if (discussion is not null && first is null)
        {
            throw call.NotFound("discussion", discussion);
        }

        var attachments = call.Body.List("attachments");
        var comment = new Comment
        {
            Id = call.Ids.Next(),
            DiscussionId = discussion ?? call.Ids.Next(),
            Parent = first?.Parent ?? Parent(call),
            CreatedBy = call.UserId,
            Created = call.Now,
            Edited = call.Now,
            RichText = Text(call),
            DisplayName = DisplayName(call),
            Attachments = attachments is null ? null : new JsonArray([.. attachments.Select(file => Attachment(file, call))]),
        };
        call.Workspace.Comments.Add(comment);
        return new JsonResponse(CommentShape.Of(comment));
    }

    public static SandboxResponse List(Call call)
    {
        var id = IdField.OptionalInQuery(call, "block_id") ?? throw Refusal.Missing("query.block_id");
        var block = call.Block(id);
        var comments = call.Workspace.Comments.Where(comment => comment.Parent == block).ToList();
        return ListShape.Of(Paging.OfQuery(call).Cut(comments, $"{id}/comments"), "comment", CommentShape.Of);
    }

    public static SandboxResponse Retrieve(Call call) => new JsonResponse(CommentShape.Of(Find(call, _ => true)));

    public static SandboxResponse Update(Call call)
    {
        var comment = Find(call, comment => comment.CreatedBy == call.UserId);
        comment.RichText = Text(call);
        comment.Edited = call.Now;
        return new JsonResponse(CommentShape.Of(comment));
    }

    public static SandboxResponse Delete(Call call)
    {
        var comment = Find(call, comment => comment.CreatedBy == call.UserId);
        call.Workspace.Comments.Remove(comment);
        return new JsonResponse(CommentShape.Of(comment));
    }

    private static Comment Find(Call call, Predicate<Comment> also)
    {
        var id = call.Id();
        return call.Workspace.Comments.Find(comment => comment.Id == id && also(comment)) ?? throw call.NotFound("comment", id);
    }

    private static Entry Parent(Call call)
    {
        var parent = call.Body.Object("parent") ?? throw Refusal.Missing("body.parent");
        return IdField.Optional(parent, "page_id", "body.parent") is { } page
            ? call.Page(page).Editable()
            : call.Block(IdField.Required(parent, "block_id", "body.parent")).Editable();
    }

    private static JsonArray Text(Call call) => call.Body.Text("markdown") is { } markdown
        ? RichText.Plain(markdown)
        : RichText.Read(call.Body["rich_text"] ?? throw Refusal.Missing("body.rich_text"), "body.rich_text", call);

    private static JsonObject DisplayName(Call call)
    {
        var wanted = call.Body.Object("display_name");
        var type = wanted.Text("type") ?? "integration";
        return new JsonObject { ["type"] = type, ["resolved_name"] = wanted.Object("custom").Text("name") ?? call.Connection.BotName };
    }

    private static JsonObject Attachment(JsonNode? sent, Call call)
    {
        var upload = FileReferences.Uploaded(sent.Text("file_upload_id") ?? "undefined", call);
        var kind = upload.ContentType?.Split('/')[0] is "audio" or "image" or "video" ? upload.ContentType.Split('/')[0] : "productivity";
        return new JsonObject { ["category"] = kind, ["file"] = FileReferences.Link(upload, call) };
    }
}
