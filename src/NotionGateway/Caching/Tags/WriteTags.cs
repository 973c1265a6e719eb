using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Caching.Tags;

/// <summary>
/// What a write changes, as far as its request and its response say. What they leave open is taken to be as wide as it can be: a response that is
/// dropped too much costs a permit, one that is kept too much is wrong.
/// </summary>
internal static class WriteTags
{
    /// <summary>Whether nothing that is stored depends on what it changes.</summary>
    public static bool IsNeverStored(NotionOperation operation) => operation.Needs == Capability.Agents
        || operation.Name.StartsWith("file_uploads.", StringComparison.Ordinal)
        || operation.Name.StartsWith("views.queries.", StringComparison.Ordinal);

    /// <summary>What is known to change before the write is sent.</summary>
    /// <param name="operation">The write.</param>
    /// <param name="target">What it is sent to.</param>
    /// <param name="body">Its body.</param>
    /// <param name="sent">What the body says; null if it cannot be read.</param>
    /// <param name="scope">Where it is sent.</param>
    public static Tag[] AtStart(NotionOperation operation, RequestTarget target, ReadOnlySpan<byte> body, NotionHead? sent, CacheScope scope)
    {
        return (operation.Name, TargetIds.First(operation, target)) switch
        {
            ("pages.create", _) => [.. OfParent(sent, scope), scope.Of(TagKind.Search)],
            ("pages.update", { } page) when !TakesAlong(body) =>
                [
                    new(TagKind.Object, page), new(TagKind.Markdown, page), new(TagKind.Children, page), new(TagKind.Nested, page),
                    scope.Of(TagKind.NestedChildren), scope.Of(TagKind.Search),
                ],
            ("pages.markdown.update", { } page) when !TakesAlong(body) => [new(TagKind.Children, page), scope.Of(TagKind.AllChildren), .. OfContent(scope)],
            ("blocks.children.append", _) => [scope.Of(TagKind.AllChildren), .. OfContent(scope)],
            ("blocks.update", { } block) when !TakesAlong(body) => [new(TagKind.Children, block), .. OfContent(scope)],
            ("blocks.delete", { } block) => [new(TagKind.Children, block), scope.Of(TagKind.AllChildren), .. OfContent(scope)],
            ("comments.create", _) => OfComments(sent, scope),
            ("comments.update" or "comments.delete", { } comment) => [new(TagKind.Object, comment)],
            ("views.create", _) => [scope.Of(TagKind.Views)],
            ("views.update" or "views.delete", { } view) => [new(TagKind.Object, view), scope.Of(TagKind.Views)],
            _ => IsNeverStored(operation) ? [] : [scope.Of(TagKind.Workspace)],
        };
    }

    /// <summary>Whether Notion goes on with it after its response: it adds the content of a template then.</summary>
    public static bool GoesOn(NotionOperation operation, NotionHead? sent) =>
        operation.Name is "pages.create" or "pages.update" && sent is not { HasTemplate: false };

    /// <summary>What its response says besides: where the object stands that it has changed.</summary>
    public static Tag[] AtEnd(NotionOperation operation, ReadOnlySpan<byte> response, CacheScope scope)
    {
        if (operation.Name is not ("pages.create" or "pages.update" or "blocks.update" or "blocks.delete"
            or "comments.create" or "comments.update" or "comments.delete"))
        {
            return [];
        }

        if (NotionHead.OfObject(response) is not { } head)
        {
            return [scope.Of(TagKind.Workspace)];
        }

        return operation.Name switch
        {
            "pages.create" or "pages.update" when head.HasParent => [.. OfParent(head, scope)],

            // With a page or a database that stands there, or somewhere in it, all that is in it comes or goes.
            "blocks.update" when head.HasParent && head.Type is not ("child_page" or "child_database") => [.. OfParent(head, scope)],
            "blocks.delete" when head is { HasParent: true, HasChildren: false, Type: not ("child_page" or "child_database") } => [.. OfParent(head, scope)],
            "comments.create" or "comments.update" or "comments.delete" => OfComments(head, scope),
            _ => [scope.Of(TagKind.Workspace)],
        };
    }

    /// <summary>Pages and blocks show when something in them was last changed, and queries may filter by that.</summary>
    private static Tag[] OfContent(CacheScope scope) =>
    [
        scope.Of(TagKind.AllObjects), scope.Of(TagKind.AllMarkdown), scope.Of(TagKind.AllQueries), scope.Of(TagKind.Search),
    ];

    private static List<Tag> OfParent(NotionHead? head, CacheScope scope)
    {
        var tags = new List<Tag>();
        if (head?.Page is { } page)
        {
            tags.AddRange(
            [
                new(TagKind.Object, page), new(TagKind.Children, page), new(TagKind.Nested, page), new(TagKind.Markdown, page),
                scope.Of(TagKind.NestedChildren),
            ]);
        }

        if (head?.Block is { } block)
        {
            tags.AddRange([new(TagKind.Object, block), new(TagKind.Children, block), scope.Of(TagKind.AllChildren), scope.Of(TagKind.AllMarkdown)]);
        }

        if (head?.Database is { } database)
        {
            tags.Add(new(TagKind.Query, database));
        }

        if (head?.DataSource is { } source)
        {
            tags.Add(new(TagKind.Query, source));
        }

        if (head is not null && head.Database is null != head.DataSource is null)
        {
            // Its rows are seen through both, and only one is named.
            tags.Add(scope.Of(TagKind.AllQueries));
        }

        return tags;
    }

    private static Tag[] OfComments(NotionHead? head, CacheScope scope) => (head?.Page ?? head?.Block) is { } on
        ? [new(TagKind.Comments, on)]
        : [scope.Of(TagKind.AllComments)];

    /// <summary>
    /// What goes to the trash or comes back takes all that is in it along, and so does content that is replaced. The name of a member may be anywhere in
    /// the body, and <c>\u</c> may hide it.
    /// </summary>
    private static bool TakesAlong(ReadOnlySpan<byte> body) => body.IndexOf("trash"u8) >= 0
        || body.IndexOf("archived"u8) >= 0
        || body.IndexOf("erase_content"u8) >= 0
        || body.IndexOf("allow_deleting_content"u8) >= 0
        || body.IndexOf("\\u"u8) >= 0;
}
