using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.TokenEndpoint;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.TokenEndpoint;

public sealed class TokenResponseTests
{
    private const string Refresh = "nrt_12345678901TheRefreshTokenThatMustNotBeSeenXX";

    private static readonly string Notions = $$"""
        {"access_token":"{{The.NotionToken}}","token_type":"bearer","refresh_token":"{{Refresh}}",
         "bot_id":"b0b0b0b0-1111-4222-8333-444444444444","workspace_id":"f0f0f0f0-1111-4222-8333-444444444444",
         "workspace_name":"Acme\u0007 & Söhne","workspace_icon":null,
         "owner":{"type":"user","user":{"object":"user","id":"u1","name":"Ada"} },"duplicated_template_id":null,"request_id":"r1"}
        """;

    [Fact]
    public void Notions_answer_gives_the_pair_and_whose_it_is()
    {
        var response = Parse(Notions)!;
        Assert.Equal((The.NotionToken, Refresh), (response.AccessToken, response.RefreshToken));
        Assert.Equal(
            ("b0b0b0b0-1111-4222-8333-444444444444", "Acme & Söhne", "Ada"), (response.Profile.BotId, response.Profile.WorkspaceName, response.Profile.Owner));
    }

    [Fact]
    public void What_is_kept_of_it_holds_no_token_and_prints_none()
    {
        var response = Parse(Notions)!;
        Assert.DoesNotContain("ntn_", response.Profile.Json);
        Assert.DoesNotContain("nrt_", response.Profile.Json);
        Assert.DoesNotContain("_", $"{response}");
    }

    [Fact]
    public void An_application_gets_it_back_with_other_keys_in_the_place_of_the_tokens()
    {
        var kept = GrantProfile.Parse(Parse(Notions)!.Profile.Json)!;
        var (told, notions) = ((JsonObject)JsonNode.Parse(kept.ResponseWith("ngw_a", "ngw_r"))!, (JsonObject)JsonNode.Parse(Notions)!);
        (notions["access_token"], notions["refresh_token"]) = ("ngw_a", "ngw_r");
        notions.Remove("request_id");
        Assert.True(JsonNode.DeepEquals(notions, told), told.ToJsonString());
    }

    [Fact]
    public void A_grant_without_a_refresh_token_is_told_so() =>
        Assert.Null(Parse(Notions.Replace($"\"{Refresh}\"", "null"))!.RefreshToken);

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"access_token":7,"bot_id":"b","workspace_id":"w"}""")]
    [InlineData("""{"access_token":"with blank","bot_id":"b","workspace_id":"w"}""")]
    [InlineData("""{"access_token":"ntn_x","bot_id":"b"}""")]
    [InlineData("""{"access_token":"ntn_x","bot_id":"../b","workspace_id":"w"}""")]
    [InlineData("""{"access_token":"ntn_x","bot_id":"","workspace_id":"w"}""")]
    public void What_cannot_be_used_is_not_taken(string body) => Assert.Null(Parse(body));

    [Fact]
    public void A_renewed_pair_is_kept_even_if_it_does_not_say_again_whose_it_is()
    {
        var known = Parse(Notions)!.Profile;
        var renewed = TokenResponse.Parse("""{"access_token":"ntn_new","refresh_token":"nrt_new","token_type":"bearer"}"""u8, out _, known)!;
        Assert.Equal(("ntn_new", "nrt_new"), (renewed.AccessToken, renewed.RefreshToken));
        Assert.Same(known, renewed.Profile);
    }

    [Theory]
    [InlineData("the answer is long", ",\"filler\":\"#\"}")]
    [InlineData("it breaks off in a member behind the pair", ",\"x\":\"y")]
    [InlineData("there is no end", ",\"x\":")]
    [InlineData("half of a surrogate pair", ",\"workspace_name\":\"\\ud800\"}")]
    [InlineData("half of one, deeper", ",\"owner\":{\"user\":{\"name\":\"\\udfff\"}}}")]
    [InlineData("a member twice", ",\"owner\":{\"type\":\"a\",\"type\":\"b\"},\"owner\":null}")]
    [InlineData("an unknown member twice", ",\"x\":1,\"x\":2}")]
    [InlineData("a name that is no text", ",\"\\ud800\":1}")]
    [InlineData("text behind the end", "} and more")]
    [InlineData("a comma too many", ",}")]
    [InlineData("deep",
        ",\"x\":[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[" +
        "]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]}")]
    public void A_pair_that_came_is_kept_whatever_is_behind_it(string why, string rest)
    {
        var pair = $$"""
            {"access_token":"{{The.NotionToken}}","refresh_token":"{{Refresh}}",
             "bot_id":"b0b0b0b0-1111-4222-8333-444444444444","workspace_id":"w"
            """;
        var response = Parse(pair + rest.Replace("#", new string('x', 500_000)));
        Assert.True((The.NotionToken, Refresh, "w") == (response?.AccessToken, response?.RefreshToken, response?.Profile.WorkspaceId), why);
    }

    [Fact]
    public void A_pair_in_bytes_that_are_not_all_UTF8_is_kept()
    {
        byte[] body = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(Notions.Replace("Acme", "#"))];
        body[Array.IndexOf(body, (byte)'#')] = 0xFF;
        var response = TokenResponse.Parse(body, out _)!;
        Assert.Equal((The.NotionToken, Refresh, null), (response.AccessToken, response.RefreshToken, response.Profile.WorkspaceName));
    }

    [Fact]
    public void A_long_access_token_and_any_refresh_token_are_kept()
    {
        var access = "ntn_" + new string('a', 5000);
        var response = Parse($$"""{"access_token":"{{access}}","refresh_token":"with blank","bot_id":"b","workspace_id":"w"}""")!;
        Assert.Equal((access, "with blank"), (response.AccessToken, response.RefreshToken));
    }

    [Theory]
    [InlineData("b0b0b0b011114222833344444444444", false)]
    [InlineData("b0b0b0b0111142228333444444444444", true)]
    [InlineData("B0B0B0B0-1111-4222-8333-444444444444", true)]
    public void A_bot_is_the_same_with_and_without_dashes(string bot, bool same) => Assert.Equal(same, Parse(Notions)!.Profile.IsOf(bot));

    private static TokenResponse? Parse(string body) => TokenResponse.Parse(Encoding.UTF8.GetBytes(body), out _);
}
