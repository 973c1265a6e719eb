using System.Text;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Targets;
using NotionGateway.Caching.Tags;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Caching.Tags;

/// <summary>On which page a block is, as far as lists have shown it: so that the children of blocks on other pages outlive an event of one.</summary>
public sealed class BlockPagesTests
{
    private const string List = """
        {"object":"list","results":[
        {"object":"block","id":"b1","parent":{"type":"page_id","page_id":"p","id":"x"},"has_children":true,"toggle":{"id":"inner","has_children":true}},
        {"object":"block","id":"b2","has_children":false},{"has_children":true,"object":"block"},{"object":"block","id":"b3","has_children":true}],
        "has_children":true,"id":"list"}
        """;

    private static readonly CacheScope Scope = new(1, 2);

    private readonly TagBook _tags = new(new FakeTimeProvider());
    private readonly BlockPages _pages;

    public BlockPagesTests() => _pages = new BlockPages(_tags, new FakeTimeProvider());

    [Fact]
    public void Blocks_with_children_are_learned_from_a_list()
    {
        _pages.Learn(7, Encoding.UTF8.GetBytes(List), Scope, _tags.Now);
        Assert.Equal((UInt128)7, _pages.PageOf(Tag.IdOf("b1"), Scope));
        Assert.Equal((UInt128)7, _pages.PageOf(Tag.IdOf("b3"), Scope));
        Assert.All(["b2", "inner", "list", "x"], id => Assert.Null(_pages.PageOf(Tag.IdOf(id), Scope)));
        Assert.Null(_pages.PageOf(Tag.IdOf("b1"), new CacheScope(9, 2)));
    }

    [Theory]
    [InlineData(nameof(TagKind.Children))]
    [InlineData(nameof(TagKind.Nested))]
    public void It_counts_until_something_on_the_page_changes(string name)
    {
        var kind = Enum.Parse<TagKind>(name);
        _pages.Learn(7, Encoding.UTF8.GetBytes(List), Scope, _tags.Now);
        _tags.Change([new Tag(kind, 8)]);
        Assert.NotNull(_pages.PageOf(Tag.IdOf("b1"), Scope));
        _tags.Change([new Tag(kind, 7)]);
        Assert.Null(_pages.PageOf(Tag.IdOf("b1"), Scope));
    }

    [Fact]
    public void A_list_whose_page_is_known_depends_on_that_page_alone()
    {
        var target = new RequestTarget("/v1/blocks/b1/children");
        Tag[] Tags() => ReadTags.Of(Some.Operation("blocks.children.list"), target, "{}"u8, Scope, block => _pages.PageOf(block, Scope))!;
        Assert.Contains(Scope.Of(TagKind.NestedChildren), Tags());
        _pages.Learn(7, Encoding.UTF8.GetBytes(List), Scope, _tags.Now);
        Assert.DoesNotContain(Scope.Of(TagKind.NestedChildren), Tags());
        Assert.Contains(new Tag(TagKind.Nested, 7), Tags());
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("{\"results\":[{\"id\":\"b1\",\"has_children\":true}")]
    [InlineData("[]")]
    public void What_is_no_list_teaches_nothing(string body)
    {
        _pages.Learn(7, Encoding.UTF8.GetBytes(body), Scope, _tags.Now);
        Assert.Null(_pages.PageOf(Tag.IdOf("b1"), Scope));
    }
}
