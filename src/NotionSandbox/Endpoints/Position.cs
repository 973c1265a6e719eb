using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The place among the children of something where new ones go.</summary>
internal static class Position
{
    /// <summary>Null is the end.</summary>
    public static int? Read(Entry parent, Call call)
    {
        if (call.Body.ContainsKey("after"))
        {
            return call.Version.SaysInTrashOnly
                ? throw Refusal.Field("body.after", "be not present", call.Body["after"])
                : After(parent, IdField.Required(call.Body, "after", "body"), call);
        }

        var position = call.Body.Object("position");
        return position.Text("type") switch
        {
            null or "end" or "page_end" => null,
            "start" or "page_start" => 0,
            "after_block" => After(parent, IdField.Required(position.Object("after_block"), "id", "body.position.after_block"), call),
            var other => throw Refusal.Field("body.position.type", "be `\"after_block\"`, `\"start\"` or `\"end\"`", other),
        };
    }

    private static int After(Entry parent, string id, Call call)
    {
        var index = parent.Children.FindIndex(child => child.Id == id);
        return index >= 0 ? index + 1 : throw call.NotFound("block", id);
    }
}
