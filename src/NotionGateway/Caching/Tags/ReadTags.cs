using System.Runtime.InteropServices;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Caching.Tags;

/// <summary>Whose response it is: no other connection may have it, and a change in the workspace may touch it.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CacheScope(UInt128 Workspace, UInt128 Connection)
{
    public Tag Of(TagKind kind) => new(kind, kind == TagKind.Connection ? Connection : Workspace);
}

/// <summary>What the response to a read depends on.</summary>
internal static class ReadTags
{
    /// <summary>The tags of a response; null if it is not known what it depends on: then it is not stored.</summary>
    public static Tag[]? Of(
        NotionOperation operation, RequestTarget target, ReadOnlySpan<byte> response, CacheScope scope, Func<UInt128, UInt128?> pageOf)
    {
        var id = TargetIds.First(operation, target);
        Tag[]? own = (operation.Name, id) switch
        {
            ("pages.retrieve" or "pages.properties.retrieve", { } one) => [new(TagKind.Object, one), scope.Of(TagKind.AllObjects)],
            ("blocks.retrieve", { } one) => [new(TagKind.Object, one), scope.Of(TagKind.AllObjects), OnPage(NotionHead.OfObject(response), one, scope, pageOf)],
            ("pages.markdown.retrieve", { } page) => [new(TagKind.Object, page), new(TagKind.Markdown, page), scope.Of(TagKind.AllMarkdown)],
            ("blocks.children.list", { } parent) => OfChildren(parent, response, scope, pageOf),
            ("databases.retrieve" or "data_sources.retrieve" or "data_sources.templates.list", { } one) => [new(TagKind.Object, one)],
            ("databases.query" or "data_sources.query", { } one) => [new(TagKind.Query, one), scope.Of(TagKind.AllQueries)],
            ("search", _) => [scope.Of(TagKind.Search)],
            ("users.list" or "users.me" or "users.retrieve", _) => [scope.Of(TagKind.Users)],
            ("comments.list", _) => TargetIds.OfQuery(target, "block_id") is { } on
                ? [new(TagKind.Comments, on), scope.Of(TagKind.AllComments)]
                : null,
            ("comments.retrieve", { } comment) => [new(TagKind.Object, comment), scope.Of(TagKind.AllComments)],
            ("views.list", _) => [scope.Of(TagKind.Views)],
            ("views.retrieve", { } view) => [new(TagKind.Object, view), scope.Of(TagKind.Views)],
            ("custom_emojis.list", _) => [scope.Of(TagKind.Emojis)],
            _ => null,
        };
        return own is null ? null : [.. own, scope.Of(TagKind.Workspace), scope.Of(TagKind.Connection)];
    }

    /// <summary>The page that a list of children is on; null if it is not known.</summary>
    private static UInt128? PageOfList(UInt128 parent, ReadOnlySpan<byte> response, Func<UInt128, UInt128?> pageOf) =>
        NotionHead.OfFirstResult(response)?.Page == parent ? parent : pageOf(parent);

    private static Tag[] OfChildren(UInt128 parent, ReadOnlySpan<byte> response, CacheScope scope, Func<UInt128, UInt128?> pageOf) =>
    [
        new(TagKind.Children, parent), scope.Of(TagKind.AllChildren),
        PageOfList(parent, response, pageOf) is { } page ? new(TagKind.Nested, page) : scope.Of(TagKind.NestedChildren),
    ];

    /// <summary>A block says directly in which page it is, or in which block.</summary>
    private static Tag OnPage(NotionHead? block, UInt128 id, CacheScope scope, Func<UInt128, UInt128?> pageOf) =>
        (block?.Page ?? (block?.Block is { } parent ? pageOf(parent) : null) ?? pageOf(id)) is { } page
            ? new(TagKind.Nested, page)
            : scope.Of(TagKind.NestedChildren);
}
