using NotionGateway.Caching.Tags;

namespace NotionGateway.Webhooks.Events;

/// <summary>
/// What an event changes. As with writes, what it leaves open is taken to be as wide as it can be. Notion tells of content only which page it is on and,
/// often, which blocks.
/// </summary>
internal static class EventTags
{
    /// <summary>What has changed; null if the type is not known or lacks what it is about: then anything may have.</summary>
    public static IReadOnlyList<Tag>? Of(WebhookEvent told)
    {
        var scope = new CacheScope(told.Workspace, default);
        var (family, what) = told.Type.IndexOf('.') is var dot and > 0 ? (told.Type[..dot], told.Type[(dot + 1)..]) : ("", "");
        return (family, what, told.Entity) switch
        {
            ("page", "created" or "properties_updated" or "locked" or "unlocked", { } page) => [.. OfPage(page), .. OfPlace(told, scope)],
            ("page", "content_updated", { } page) => [.. OfContent(page, told, scope), .. OfPlace(told, scope)],
            ("page", _, { } page) when what.StartsWith("transcription_block.", StringComparison.Ordinal) =>
                [.. OfContent(page, told, scope), .. OfPlace(told, scope)],

            // With it goes or comes all that is in it, and where it was before is not told.
            ("page", "deleted" or "undeleted" or "moved", _) => [scope.Of(TagKind.Workspace)],
            ("database" or "data_source", "content_updated", { } list) => OfRows(list, told, scope),

            // The rows of a list have its form.
            ("database" or "data_source", "schema_updated" or "created" or "deleted" or "undeleted" or "moved", _) => [scope.Of(TagKind.Workspace)],
            ("comment", "created" or "updated" or "deleted", { } comment) => OfComment(comment, told, scope),
            ("view", "created" or "updated" or "deleted", { } view) => [new(TagKind.Object, view), scope.Of(TagKind.Views)],
            ("file_upload", "created" or "completed" or "expired" or "upload_failed", _) => [],
            _ => null,
        };
    }

    private static Tag[] OfPage(UInt128 page) =>
        [new(TagKind.Object, page), new(TagKind.Markdown, page), new(TagKind.Children, page), new(TagKind.Nested, page)];

    private static IEnumerable<Tag> OfContent(UInt128 page, WebhookEvent told, CacheScope scope) =>
    [
        .. OfPage(page), scope.Of(TagKind.NestedChildren),
        .. told.Updated.SelectMany(block => new Tag[] { new(TagKind.Object, block), new(TagKind.Children, block) }),
    ];

    /// <summary>Where it is shown: as a block among others, as a row, in search.</summary>
    private static IEnumerable<Tag> OfPlace(WebhookEvent told, CacheScope scope) => told.Parent switch
    {
        ("page", var page) => [.. OfPage(page), scope.Of(TagKind.NestedChildren), scope.Of(TagKind.Search)],
        ("block", var block) =>
        [
            new(TagKind.Object, block), new(TagKind.Children, block), scope.Of(TagKind.AllChildren), scope.Of(TagKind.AllMarkdown), scope.Of(TagKind.Search),
        ],
        ("database", var database) when told.DataSource is { } source =>
            [new(TagKind.Query, database), new(TagKind.Query, source), scope.Of(TagKind.Search)],
        ("space" or "team", _) => [scope.Of(TagKind.Search)],

        // Rows are seen through the database and through its data source, and only one is named, or none.
        _ => [scope.Of(TagKind.AllQueries), scope.Of(TagKind.AllChildren), scope.Of(TagKind.AllMarkdown), scope.Of(TagKind.Search)],
    };

    private static Tag[] OfRows(UInt128 list, WebhookEvent told, CacheScope scope) =>
    [
        new(TagKind.Object, list), new(TagKind.Query, list),
        told.Type.StartsWith("data_source", StringComparison.Ordinal) && told.Parent is ("database", var database)
            ? new(TagKind.Query, database)
            : scope.Of(TagKind.AllQueries),
        .. told.Updated.Select(row => new Tag(TagKind.Object, row)), scope.Of(TagKind.Search),
    ];

    private static Tag[] OfComment(UInt128 comment, WebhookEvent told, CacheScope scope) =>
    [
        new(TagKind.Object, comment),
        .. told.Page is { } page ? (Tag[])[new(TagKind.Comments, page), new(TagKind.Comments, told.Parent?.Id ?? page)] : [scope.Of(TagKind.AllComments)],
    ];
}
