using System.Text;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Targets;
using NotionGateway.Caching.Tags;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Caching.Tags;

/// <summary>Which of many stored responses survive which write.</summary>
public sealed class ChangeTableTests
{
    internal const string P = "0a0a0a0a-1111-4222-8333-444444444444";
    internal const string Q = "0b0b0b0b-1111-4222-8333-444444444444";
    internal const string B = "0c0c0c0c-1111-4222-8333-444444444444";
    internal const string S = "0d0d0d0d-1111-4222-8333-444444444444";
    internal const string D = "0e0e0e0e-1111-4222-8333-444444444444";
    internal const string T = "0f0f0f0f-1111-4222-8333-444444444444";
    internal const string C = "1a1a1a1a-1111-4222-8333-444444444444";

    private const string OfPage = "page P, property of P, markdown P, children P";
    private const string Contents = OfPage + ", page Q, markdown Q, children Q, block B, children B, query S, query D, query T, search";

    private static readonly string InP = Parent($"\"page_id\":\"{P}\"");
    private static readonly string InQ = Parent($"\"page_id\":\"{Q}\"");
    private static readonly string InD = Parent($"\"database_id\":\"{D}\"");

    internal static readonly CacheScope Scope = new(1, 2);

    internal static readonly (string Name, string Operation, string Target, string Response)[] Reads =
    [
        ("page P", "pages.retrieve", $"/v1/pages/{P}", "{}"),
        ("property of P", "pages.properties.retrieve", $"/v1/pages/{P}/properties/title", "{}"),
        ("markdown P", "pages.markdown.retrieve", $"/v1/pages/{P}/markdown", "{}"),
        ("children P", "blocks.children.list", $"/v1/blocks/{P}/children", InPage(P)),
        ("page Q", "pages.retrieve", $"/v1/pages/{Q}", "{}"),
        ("markdown Q", "pages.markdown.retrieve", $"/v1/pages/{Q}/markdown", "{}"),
        ("children Q", "blocks.children.list", $"//v1/blocks/{Q.ToUpperInvariant()}/children?page_size=5", InPage(Q)),
        ("block B", "blocks.retrieve", $"/v1/blocks/{B}", "{}"),
        ("children B", "blocks.children.list", $"/v1/blocks/{B}/children", InBlock(B)),
        ("query S", "data_sources.query", $"/v1/data_sources/{S}/query", "{}"),
        ("query D", "databases.query", $"/v1/databases/{D}/query", "{}"),
        ("query T", "data_sources.query", $"/v1/data_sources/{T}/query", "{}"),
        ("database D", "databases.retrieve", $"/v1/databases/{D}", "{}"),
        ("source S", "data_sources.retrieve", $"/v1/data_sources/{S}", "{}"),
        ("search", "search", "/v1/search", "{}"),
        ("users", "users.list", "/v1/users", "{}"),
        ("comments P", "comments.list", $"/v1/comments?block_id={P}", "{}"),
        ("comments Q", "comments.list", $"/v1/comments?block_id={Q.Replace("-", "")}", "{}"),
        ("comment C", "comments.retrieve", $"/v1/comments/{C}", "{}"),
        ("views", "views.list", $"/v1/views?database_id={D}", "{}"),
        ("emojis", "custom_emojis.list", "/v1/custom_emojis", "{}"),
    ];

    public static TheoryData<string, string, string, string, string> Writes { get; } = new()
    {
        { "pages.update", $"/v1/pages/{P}", "{}", InSource(S, D), OfPage + ", block B, children B, query S, query D, search" },
        { "pages.update", $"/v1/pages/{P}", "{}", InD, OfPage + ", block B, children B, query S, query D, query T, search" },
        { "pages.update", $"/v1/pages/{P}", "{}", InQ, OfPage + ", page Q, markdown Q, children Q, block B, children B, search" },
        { "pages.update", $"/v1/pages/{P}", "{}", Parent("\"workspace\":true"), OfPage + ", block B, children B, search" },
        { "pages.update", $"/v1/pages/{P}", "{\"in_trash\":true}", InSource(S, D), "all" },
        { "pages.update", $"/v1/pages/{P}", "{\"\\u0074rash\":true}", InSource(S, D), "all" },
        { "pages.update", $"/v1/pages/{P}", "{\"a\":\"x\\ny\"}", Parent("\"workspace\":true"), OfPage + ", block B, children B, search" },
        { "pages.update", $"/v1/pages/{P}", "{\"erase_content\":true}", InSource(S, D), "all" },
        { "pages.update", $"/v1/pages/{P}", "{}", "not JSON", "all" },
        { "pages.update", $"/v1/pages/{P}", "{}", "{}", "all" },
        { "pages.create", "/v1/pages", InSource(S, D), InSource(S, D), "query S, query D, search" },
        { "pages.create", "/v1/pages", InP, InP, OfPage + ", block B, children B, search" },
        { "pages.move", $"/v1/pages/{P}/move", "{}", "{}", "all" },
        { "pages.markdown.update", $"/v1/pages/{P}/markdown", "{\"new_str\":\"a\\nb\"}", "{}", Contents },
        { "pages.markdown.update", $"/v1/pages/{P}/markdown", "{\"allow_deleting_content\":true}", "{}", "all" },
        { "blocks.children.append", $"/v1/blocks/{B}/children", "{}", "{}", Contents },
        { "blocks.update", $"/v1/blocks/{B}", "{}", InP, OfPage + ", page Q, markdown Q, block B, children B, query S, query D, query T, search" },
        { "blocks.update", $"/v1/blocks/{B}", "{\"archived\":true}", InP, "all" },
        { "blocks.delete", $"/v1/blocks/{B}", "", "{\"has_children\":false," + InP[1..], Contents },
        { "blocks.delete", $"/v1/blocks/{B}", "", "{\"has_children\":true," + InP[1..], "all" },
        { "blocks.delete", $"/v1/blocks/{B}", "", InP, "all" },
        { "blocks.delete", $"/v1/blocks/{B}", "", "{\"type\":\"child_page\",\"has_children\":false," + InP[1..], "all" },
        { "comments.create", "/v1/comments", InP, InP, "comments P" },
        { "comments.create", "/v1/comments", "{\"discussion_id\":\"x\"}", InP, "comments P, comments Q, comment C" },
        { "comments.update", $"/v1/comments/{C}", "{}", InQ, "comments Q, comment C" },
        { "comments.delete", $"/v1/comments/{C}", "", "{}", "comments P, comments Q, comment C" },
        { "views.update", "/v1/views/v", "{}", "{}", "views" },
        { "databases.update", $"/v1/databases/{D}", "{}", "{}", "all" },
        { "data_sources.create", "/v1/data_sources", "{}", "{}", "all" },
        { "blocks.meeting_notes.create", "/v1/blocks/meeting_notes", "{}", "{}", "all" },
        { "file_uploads.create", "/v1/file_uploads", "{}", "{}", "" },
        { "agents.chat", "/v1/agents/a/chat", "{}", "{}", "" },
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_write_drops_what_it_touches_and_nothing_else(string operation, string target, string body, string response, string dropped)
    {
        var time = new FakeTimeProvider();
        var book = new TagBook(time);
        var asked = book.Now;
        var stored = Reads.ToDictionary(read => read.Name, read => TagsOf(read.Operation, read.Target, read.Response)!);
        var sent = Encoding.UTF8.GetBytes(body);
        var begun = WriteTags.AtStart(Some.Operation(operation), new RequestTarget(target), sent, NotionHead.OfObject(sent), Scope);
        book.Begin(begun);
        book.End(begun, WriteTags.AtEnd(Some.Operation(operation), Encoding.UTF8.GetBytes(response), Scope), TimeSpan.Zero);

        var gone = Reads.Where(read => !book.IsTrue(stored[read.Name], asked)).Select(read => read.Name);
        Assert.Equal(dropped == "all" ? string.Join(", ", Reads.Select(read => read.Name)) : dropped, string.Join(", ", gone));
    }

    [Theory]
    [InlineData("pages.create", """{"template":{"type":"default"}}""", true)]
    [InlineData("pages.update", """{"a":1,"template":{"type":"template_id","template_id":"t"}}""", true)]
    [InlineData("pages.update", "not JSON", true)]
    [InlineData("pages.update", """{"template":{"type":"none"}}""", false)]
    [InlineData("pages.update", """{"properties":{"template":{"type":"default"}},"template":null}""", false)]
    [InlineData("blocks.update", """{"template":{"rich_text":[]}}""", false)]
    public void A_template_is_applied_after_the_response(string operation, string body, bool goesOn) =>
        Assert.Equal(goesOn, WriteTags.GoesOn(Some.Operation(operation), NotionHead.OfObject(Encoding.UTF8.GetBytes(body))));

    [Theory]
    [InlineData("comments.list", "/v1/comments")]
    [InlineData("comments.list", "/v1/comments?block_id=a&block_id=b")]
    [InlineData("comments.list", "/v1/comments?block_id=%61")]
    [InlineData("agents.list", "/v1/agents")]
    [InlineData("databases.list", "/v1/databases")]
    [InlineData("async_tasks.retrieve", "/v1/async_tasks/t")]
    public void What_depends_on_something_unknown_is_not_stored(string operation, string target) => Assert.Null(TagsOf(operation, target, "{}"));

    [Fact]
    public void Every_operation_that_can_be_stored_says_what_it_depends_on() => Assert.All(
        NotionGateway.Notion.NotionOperations.All.Where(operation => operation.Cacheable),
        operation => Assert.NotNull(TagsOf(operation.Name, operation.Template.Replace("{", "").Replace("}", "") + "?block_id=x", "{}")));

    [Fact]
    public void Nothing_else_can_be_stored() => Assert.All(
        NotionGateway.Notion.NotionOperations.All.Where(operation => !operation.Cacheable),
        operation => Assert.Null(TagsOf(operation.Name, operation.Template.Replace("{", "").Replace("}", "") + "?block_id=x", "{}")));

    internal static Tag[]? TagsOf(string operation, string target, string response) =>
        ReadTags.Of(Some.Operation(operation), new RequestTarget(target), Encoding.UTF8.GetBytes(response), Scope, _ => null);

    private static string InPage(string page) => "{\"results\":[{\"object\":\"block\",\"parent\":{\"type\":\"page_id\",\"page_id\":\"" + page + "\"}}]}";

    private static string InBlock(string block) => "{\"results\":[{\"object\":\"block\",\"parent\":{\"type\":\"block_id\",\"block_id\":\"" + block + "\"}}]}";

    private static string InSource(string source, string database) => Parent($"\"data_source_id\":\"{source}\",\"database_id\":\"{database}\"");

    private static string Parent(string parent) => "{\"parent\":{" + parent + "}}";
}
