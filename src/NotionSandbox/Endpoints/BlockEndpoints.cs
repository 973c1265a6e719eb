using System.Text.Json.Nodes;
using NotionSandbox.Blocks;
using NotionSandbox.Connections;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>Blocks and what is inside them.</summary>
internal static class BlockEndpoints
{
    public static SandboxResponse Retrieve(Call call) => new JsonResponse(BlockShape.Of(call.Block(call.Id()), call));

    public static SandboxResponse Update(Call call)
    {
        var block = call.Block(call.Id());
        var inTrash = TrashField.Read(call);
        if (call.Body.Object(block.Type) is { } sent && block.Kind == EntryKind.Block)
        {
            if (inTrash != false)
            {
                block.Editable();
            }

            block.Content = BlockContent.Merge(block.Type, block.Content, sent, $"body.{block.Type}", call);
        }
        else if (inTrash is null)
        {
            throw Refusal.Missing($"body.{block.Type}");
        }

        block.InTrash = inTrash ?? block.InTrash;
        block.Touch(call.Now, call.UserId);
        return new JsonResponse(BlockShape.Of(block, call));
    }

    public static SandboxResponse Delete(Call call)
    {
        var block = call.Block(call.Id());
        block.InTrash = true;
        block.Touch(call.Now, call.UserId);
        return new JsonResponse(BlockShape.Of(block, call));
    }

    public static SandboxResponse ListChildren(Call call)
    {
        var block = call.Block(call.Id());
        return ListShape.Of(Paging.OfQuery(call).Cut(block.Blocks.ToList(), block.Id), "block", child => BlockShape.Of(child, call));
    }

    public static SandboxResponse AppendChildren(Call call)
    {
        var parent = call.Block(call.Id()).Editable();
        var children = call.Body.List("children") ?? throw Refusal.Missing("body.children");
        if (parent.Kind == EntryKind.Database || parent.Type is "divider" or "equation" or "code" or "image" or "breadcrumb")
        {
            throw Refusal.Validation("Block does not support children.");
        }

        var added = BlockBuilder.Insert(children, parent, Position.Read(parent, call), "body.children", call);
        parent.Touch(call.Now, call.UserId);
        return ListShape.Of(new Slice<Entry>(added, null), "block", child => Show(child, call));
    }

    private static JsonObject Show(Entry block, Call call) =>
        call.Connection.May(Capabilities.ReadContent) ? BlockShape.Of(block, call) : BlockShape.Partial("block", block.Id);
}
