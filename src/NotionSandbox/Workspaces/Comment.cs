using System.Text.Json.Nodes;

namespace NotionSandbox.Workspaces;

/// <summary>A remark on a page or a block; remarks that answer each other share a discussion.</summary>
internal sealed class Comment
{
    public required string Id { get; init; }

    public required string DiscussionId { get; init; }

    public required Entry Parent { get; init; }

    public required string CreatedBy { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required DateTimeOffset Edited { get; set; }

    public required JsonArray RichText { get; set; }

    public required JsonObject DisplayName { get; init; }

    public JsonArray? Attachments { get; init; }
}
