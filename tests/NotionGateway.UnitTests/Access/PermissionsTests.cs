using NotionGateway.Access;
using NotionGateway.Notion;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class PermissionsTests
{
    [Theory]
    [InlineData("read", "pages.retrieve", "none")]
    [InlineData("read", "search", "none")]
    [InlineData("read", "data_sources.query", "none")]
    [InlineData("read", "databases.query", "none")]
    [InlineData("read", "users.list", "none")]
    [InlineData("read", "users.me", "none")]
    [InlineData("read", "async_tasks.retrieve", "none")]
    [InlineData("read", "comments.list", "none")]
    [InlineData("read", "views.queries.create", "none")]
    [InlineData("read", "views.queries.delete", "read_content")]
    [InlineData("read", "pages.create", "insert_content")]
    [InlineData("read", "blocks.children.append", "insert_content")]
    [InlineData("read", "agents.list", "agents")]
    [InlineData("read_content", "pages.retrieve", "none")]
    [InlineData("read_content", "comments.list", "read_comments")]
    [InlineData("read_content", "users.list", "user_info")]
    [InlineData("read_content", "users.me", "none")]
    [InlineData("insert_content", "blocks.children.append", "none")]
    [InlineData("update_content", "blocks.children.append", "insert_content")]
    [InlineData("update_content", "blocks.delete", "none")]
    [InlineData("insert_content", "views.create", "update_content")]
    [InlineData("read", "views.create", "insert_content+update_content")]
    [InlineData("insert_comments", "comments.delete", "none")]
    [InlineData("agents", "sessions.create", "none")]
    [InlineData("all", "agents.delete", "none")]
    public void A_grant_lacks_what_it_does_not_name(string grant, string operation, string missing) =>
        Assert.Equal(missing, Some.Permissions(grant).MissingFor(Some.Operation(operation)).Description());

    [Fact]
    public void Several_grants_add_up() =>
        Assert.Equal(Capability.None, Some.Permissions("insert_content", "update_content").MissingFor(Some.Operation("views.create")));

    [Fact]
    public void All_is_every_operation_there_is() =>
        Assert.All(NotionOperations.All, operation => Assert.Equal(Capability.None, Permissions.Full.MissingFor(operation)));

    [Fact]
    public void Reading_never_writes() => Assert.All(
        NotionOperations.All.Where(operation => Permissions.ReadOnly.MissingFor(operation) == Capability.None), operation => Assert.True(operation.Reads));

    [Theory]
    [InlineData("read")]
    [InlineData("all")]
    [InlineData("all, read")]
    [InlineData("read, insert_content, update_content, oauth:crm, oauth:shop")]
    public void They_are_written_as_they_are_read(string words) => Assert.Equal(words, Some.Permissions(words.Split(", ")).ToString());

    [Fact]
    public void None_at_all_is_called_nothing() => Assert.Equal("nothing", Some.Permissions().ToString());

    [Theory]
    [InlineData("oauth:shop", "shop", true)]
    [InlineData("oauth:shop", "Shop", false)]
    [InlineData("oauth:shop", "other", false)]
    [InlineData("all", "shop", false)]
    public void An_app_is_open_only_to_whom_it_is_named(string words, string app, bool may) => Assert.Equal(may, Some.Permissions(words).MayUseApp(app));

    [Theory]
    [InlineData("oauth:")]
    [InlineData("oauth:Shop")]
    [InlineData("oauth:a/b")]
    [InlineData("OAuth:shop")]
    [InlineData("Read")]
    [InlineData("none")]
    [InlineData("")]
    public void A_word_that_is_no_permission_adds_nothing(string word)
    {
        Assert.False(Permissions.ReadOnly.TryAdd(word, out var permissions));
        Assert.Equal(Permissions.ReadOnly, permissions);
    }

    [Fact]
    public void A_word_that_is_none_is_said_to_be_none() => Assert.False(Permissions.ReadOnly.TryAdd("write", out _));
}
