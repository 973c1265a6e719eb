using System.Text;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Caching.Tags;
using NotionGateway.UnitTests.Caching.Tags;
using NotionGateway.Webhooks.Events;
using static NotionGateway.UnitTests.Caching.Tags.ChangeTableTests;

namespace NotionGateway.UnitTests.Webhooks.Events;

/// <summary>Which of many stored responses survive which event.</summary>
public sealed class EventTagsTests
{
    private const string OfP = "page P, property of P, markdown P, children P";
    private const string ContentOfP = OfP + ", block B, children B";

    private static readonly string InSource = Parent(D, "database", S);
    private static readonly string InDatabase = Parent(D, "database");
    private static readonly string InQ = Parent(Q, "page");
    private static readonly string InB = Parent(B, "block");
    private static readonly string InSpace = Parent("w", "space");

    public static TheoryData<string, string, string, string> Events { get; } = new()
    {
        { "page.created", P, InSource, OfP + ", query S, query D, search" },
        { "page.created", P, InDatabase, OfP + ", markdown Q, children Q, children B, query S, query D, query T, search" },
        { "page.created", P, InQ, OfP + ", page Q, markdown Q, children Q, block B, children B, search" },
        { "page.created", P, InB, OfP + ", markdown Q, children Q, block B, children B, search" },
        { "page.created", P, InSpace, OfP + ", search" },
        { "page.properties_updated", P, InSource, OfP + ", query S, query D, search" },
        { "page.locked", P, InSpace, OfP + ", search" },
        { "page.unlocked", P, InSpace, OfP + ", search" },
        { "page.content_updated", P, InSource, ContentOfP + ", query S, query D, search" },
        { "page.content_updated", Q, InSpace, "page Q, markdown Q, children Q, block B, children B, search" },
        { "page.transcription_block.transcript_deleted", P, InSpace, ContentOfP + ", search" },
        { "page.deleted", P, InSource, "all" },
        { "page.undeleted", P, InSource, "all" },
        { "page.moved", P, InSource, "all" },
        { "data_source.content_updated", S, WithRow(InDatabase), "page Q, markdown Q, query S, query D, source S, search" },
        { "database.content_updated", D, WithRow(InQ), "page Q, markdown Q, query S, query D, query T, database D, search" },
        { "data_source.schema_updated", S, InDatabase, "all" },
        { "data_source.created", S, InDatabase, "all" },
        { "data_source.deleted", S, InDatabase, "all" },
        { "data_source.undeleted", S, InDatabase, "all" },
        { "data_source.moved", S, InDatabase, "all" },
        { "database.schema_updated", D, InQ, "all" },
        { "database.created", D, InQ, "all" },
        { "database.deleted", D, InQ, "all" },
        { "database.undeleted", D, InQ, "all" },
        { "database.moved", D, InQ, "all" },
        { "comment.created", C, Comment(P), "comments P, comment C" },
        { "comment.updated", C, Comment(P), "comments P, comment C" },
        { "comment.deleted", C, "{}", "comments P, comments Q, comment C" },
        { "view.created", T, InDatabase, "views" },
        { "view.updated", T, InDatabase, "views" },
        { "view.deleted", T, InDatabase, "views" },
        { "file_upload.created", T, "{}", "" },
        { "file_upload.completed", T, "{}", "" },
        { "file_upload.expired", T, "{}", "" },
        { "file_upload.upload_failed", T, "{}", "" },
        { "page.something_new", P, InQ, "all" },
        { "workspace.renamed", P, "{}", "all" },
        { "comment", C, Comment(P), "all" },
        { "page.created", "", InQ, "all" },
    };

    [Theory]
    [MemberData(nameof(Events))]
    public void An_event_drops_what_it_touches_and_nothing_else(string type, string entity, string data, string dropped)
    {
        var book = new TagBook(new FakeTimeProvider());
        var asked = book.Now;
        book.Change(TagsOf(type, entity, data) ?? [Scope.Of(TagKind.Workspace)]);
        var gone = Reads.Where(read => !book.IsTrue(ChangeTableTests.TagsOf(read.Operation, read.Target, read.Response)!, asked)).Select(read => read.Name);
        Assert.Equal(dropped == "all" ? string.Join(", ", Reads.Select(read => read.Name)) : dropped, string.Join(", ", gone));
    }

    [Fact]
    public void Blocks_that_are_named_are_dropped_wherever_they_are_thought_to_be()
    {
        var tags = TagsOf("page.content_updated", P, """{"updated_blocks":[{"id":"BLOCK"},{"type":"block"},7]}""".Replace("BLOCK", B))!;
        Assert.Contains(new Tag(TagKind.Children, Tag.IdOf(B)), tags);
        Assert.Contains(new Tag(TagKind.Object, Tag.IdOf(B)), tags);
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("{}")]
    [InlineData("""{"id":1,"type":"page.created","workspace_id":"w"}""")]
    [InlineData("""{"id":"e","workspace_id":"w"}""")]
    public void What_is_no_event_is_none(string body) => Assert.Null(WebhookEvent.Read(Encoding.UTF8.GetBytes(body)));

    [Fact]
    public void An_event_with_members_of_other_kinds_is_still_read()
    {
        var told = WebhookEvent.Read("""
            {"id":"e","type":"page.created","workspace_id":"w","entity":7,"data":[],"timestamp":"x","attempt_number":"2"}
            """u8.ToArray())!;
        Assert.Equal((null, null, null, 1), (told.Entity, told.Parent, told.At, told.Attempt));
    }

    private static IReadOnlyList<Tag>? TagsOf(string type, string entity, string data) => EventTags.Of(WebhookEvent.Read(Encoding.UTF8.GetBytes(
        $$"""
        {"id":"e","type":"{{type}}","workspace_id":"w","entity":{{(entity.Length == 0 ? "null" : $"{{\"id\":\"{entity}\"}}")}},"data":{{data}} }
        """))! with
    { Workspace = Scope.Workspace });

    private static string Parent(string id, string type, string? source = null) =>
        $"{{\"parent\":{{\"id\":\"{id}\",\"type\":\"{type}\"{(source is null ? "" : $",\"data_source_id\":\"{source}\"")}}}}}";

    /// <summary>The page Q has changed in it.</summary>
    private static string WithRow(string data) => $"{data[..^1]},\"updated_blocks\":[{{\"id\":\"{Q}\",\"type\":\"page\"}}]}}";

    private static string Comment(string page) => $"{{\"page_id\":\"{page}\",\"parent\":{{\"id\":\"{page}\",\"type\":\"page\"}}}}";
}
