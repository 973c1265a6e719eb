using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Blocks;

/// <summary>Makes blocks out of what callers send, with their children, and puts them in their place.</summary>
internal static class BlockBuilder
{
    public static IReadOnlyList<Entry> Insert(JsonArray blocks, Entry parent, int? place, string path, Call call)
    {
        // All of them are read before the first is added: a body with one bad block changes nothing.
        var built = blocks.Select((block, index) => Build(block, $"{path}[{index}]", call)).ToList();
        foreach (var block in built)
        {
            Register(block, parent, place, call.Workspace);
            place++;
        }

        return [.. built.Select(block => block.Entry)];
    }

    public static Entry NewBlock(string type, JsonObject content, Call call) => new(call.Ids.Next(), EntryKind.Block, type)
    {
        Content = content,
        Created = call.Now,
        CreatedBy = call.UserId,
        Edited = call.Now,
        EditedBy = call.UserId,
    };

    private static Built Build(JsonNode? node, string path, Call call)
    {
        var block = node as JsonObject ?? throw Refusal.Field(path, "be an object", node);
        var type = BlockTypes.Of(block);
        if (type is null || !BlockTypes.IsKnown(type))
        {
            throw Refusal.Field($"{path}.type", "be a block type that can be created", type);
        }

        var sent = block.Object(type) ?? throw Refusal.Missing($"{path}.{type}");
        var entry = NewBlock(type, BlockContent.Merge(type, BlockTypes.Default(type), sent, $"{path}.{type}", call), call);
        var children = sent.List("children") ?? block.List("children") ?? [];
        return new Built(entry, [.. children.Select((child, index) => Build(child, $"{path}.{type}.children[{index}]", call))]);
    }

    private static void Register(Built built, Entry parent, int? place, Workspace workspace)
    {
        workspace.Register(built.Entry, parent, place);
        foreach (var child in built.Children)
        {
            Register(child, built.Entry, null, workspace);
        }
    }

    /// <summary>A block that is understood, but not yet in the tree.</summary>
    private sealed record Built(Entry Entry, IReadOnlyList<Built> Children);
}
