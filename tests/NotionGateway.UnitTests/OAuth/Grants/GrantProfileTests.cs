using System.Text.Json.Nodes;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.UnitTests.OAuth.Grants;

public sealed class GrantProfileTests
{
    [Fact]
    public void What_Notion_documents_is_kept_and_nothing_else()
    {
        var profile = GrantProfile.Parse(
            """{"access_token":"a","refresh_token":"r","secret":"s","bot_id":"b","workspace_id":"w","workspace_name":"Acme","token_type":"bearer"}""")!;

        Assert.Equal(("b", "w", "Acme"), (profile.BotId, profile.WorkspaceId, profile.WorkspaceName));
        Assert.Equal(
            ["bot_id", "token_type", "workspace_id", "workspace_name"], JsonNode.Parse(profile.Json)!.AsObject().Select(member => member.Key).Order());
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"bot_id":"b"}""")]
    [InlineData("""{"workspace_id":"w"}""")]
    [InlineData("""{"bot_id":"","workspace_id":"w"}""")]
    [InlineData("""{"bot_id":7,"workspace_id":"w"}""")]
    [InlineData("""{"bot_id":"b/..","workspace_id":"w"}""")]
    [InlineData("""{"bot_id":"b","workspace_id":"w w"}""")]
    [InlineData("""{"bot_id":"01234567890123456789012345678901234567890123456789012345678901234","workspace_id":"w"}""")]
    [InlineData("""[]""")]
    public void A_profile_that_does_not_say_whose_it_is_is_none(string json) => Assert.Null(GrantProfile.Parse(json));

    [Theory]
    [InlineData("""{"type":"user","user":{"id":"u","name":"Ada"}}""", "Ada")]
    [InlineData("""{"type":"user","user":{"id":"u"}}""", "u")]
    [InlineData("""{"type":"workspace","workspace":true}""", "workspace")]
    [InlineData("""{"type":"user","user":{"name":"A\u001b[31mda\n"}}""", "A[31mda")]
    [InlineData("null", null)]
    [InlineData("7", null)]
    public void The_owner_is_named_in_words_that_move_no_cursor(string owner, string? name) =>
        Assert.Equal(name, GrantProfile.Parse($$"""{"bot_id":"b","workspace_id":"w","owner":{{owner}}}""")!.Owner);

    [Fact]
    public void A_name_without_end_is_cut() =>
        Assert.Equal(200, GrantProfile.Parse($$"""{"bot_id":"b","workspace_id":"w","workspace_name":"{{new string('x', 5000)}}"}""")!.WorkspaceName!.Length);

    [Theory]
    [InlineData("b0b1", true)]
    [InlineData("B0-B1", true)]
    [InlineData("b0b2", false)]
    [InlineData("", false)]
    public void A_bot_is_the_same_with_and_without_dashes(string bot, bool same) =>
        Assert.Equal(same, GrantProfile.Parse("""{"bot_id":"b0-b1","workspace_id":"w"}""")!.IsOf(bot));

    [Fact]
    public void A_response_in_Notions_shape_holds_our_keys_in_place_of_the_tokens()
    {
        var profile = GrantProfile.Parse("""{"bot_id":"b","workspace_id":"w","owner":{"type":"user"}}""")!;
        var response = JsonNode.Parse(profile.ResponseWith("key", null))!.AsObject();
        Assert.Equal(["access_token", "bot_id", "owner", "refresh_token", "workspace_id"], response.Select(member => member.Key).Order());
        Assert.Equal(("key", null), ((string?)response["access_token"], (string?)response["refresh_token"]));
    }

    [Theory]
    [InlineData("""{"object":"user","id":"b","bot":{"workspace_id":"w","workspace_name":"Acme"}}""", "b")]
    [InlineData("""{"object":"user","id":"b"}""", null)]
    [InlineData("""{"object":"user","bot":{"workspace_id":"w"}}""", null)]
    [InlineData("""{"object":"user","id":"b","bot":[]}""", null)]
    public void A_token_says_whose_it_is_too(string user, string? bot) => Assert.Equal(bot, GrantProfile.OfUser(JsonNode.Parse(user)!.AsObject())?.BotId);
}
