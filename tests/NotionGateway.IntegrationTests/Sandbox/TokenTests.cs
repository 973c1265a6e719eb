using System.Text.Json.Nodes;
using NotionSandbox.Connections;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Tokens are valid, are rotated and end; and a connection may do only what it was set up for.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task A_token_has_the_shape_of_a_real_one()
    {
        await using var visit = await Visit.StartAsync();

        Assert.Matches("^ntn_[0-9]{11}[A-Za-z0-9]{35}$", visit.Demo.Token);
        Assert.Matches("^ntn_[0-9]{11}[A-Za-z0-9]{35}$", visit.Sandbox.AddConnection("other").Token);
    }

    [Theory]
    [InlineData("ntn_wrong")]
    [InlineData("")]
    public async Task A_wrong_token_is_refused_in_the_recorded_words(string token)
    {
        await using var visit = await Visit.StartAsync();

        Assert.Equal("API token is invalid.", (await visit.GetAsync("/v1/users/me", token)).IsError(401, "unauthorized").Message);
    }

    [Fact]
    public async Task A_rotated_token_dies_at_once_or_lives_on()
    {
        await using var visit = await Visit.StartAsync();
        var first = visit.Demo.Token;

        var second = visit.Demo.Rotate(OldToken.KeepsWorking);
        (await visit.GetAsync("/v1/users/me", first)).Done();
        var third = visit.Demo.Rotate(OldToken.DiesAtOnce);

        (await visit.GetAsync("/v1/users/me", first)).IsError(401, "unauthorized");
        (await visit.GetAsync("/v1/users/me", second)).IsError(401, "unauthorized");
        (await visit.GetAsync("/v1/users/me", third)).Done();
        Assert.Equal(third, visit.Demo.Token);
    }

    [Fact]
    public async Task A_revoked_connection_is_nobody()
    {
        await using var visit = await Visit.StartAsync();

        visit.Demo.Revoke();

        (await visit.GetAsync("/v1/users/me")).IsError(401, "unauthorized");
    }

    [Fact]
    public async Task The_same_seed_makes_the_same_tokens()
    {
        await using var one = await Visit.StartAsync();
        await using var other = await Visit.StartAsync();

        Assert.Equal(one.Sandbox.AddConnection("x").Token, other.Sandbox.AddConnection("x").Token);
    }

    [Theory]
    [InlineData(Capabilities.ReadContent, "GET", "/v1/pages/" + Visit.Home)]
    [InlineData(Capabilities.ReadContent, "POST", "/v1/search")]
    [InlineData(Capabilities.InsertContent, "PATCH", "/v1/blocks/" + Visit.Home + "/children")]
    [InlineData(Capabilities.UpdateContent, "DELETE", "/v1/blocks/" + Visit.Home)]
    [InlineData(Capabilities.ReadComments, "GET", "/v1/comments?block_id=" + Visit.Home)]
    [InlineData(Capabilities.InsertComments, "POST", "/v1/comments")]
    [InlineData(Capabilities.UserInformation, "GET", "/v1/users")]
    [InlineData(Capabilities.RunAgents, "POST", "/v1/sessions")]
    [InlineData(Capabilities.UpdateContent, "POST", "/v1/views")]
    public async Task What_a_connection_may_not_do_is_restricted(object missing, string method, string target)
    {
        await using var visit = await Visit.StartAsync();
        visit.Demo.Capabilities = Capabilities.All & ~(Capabilities)missing;

        var reply = await visit.SendAsync(new HttpMethod(method), target, method == "GET" ? null : new JsonObject());

        Assert.Equal("API token does not have access to this resource.", reply.IsError(403, "restricted_resource").Message);
        (await visit.GetAsync("/v1/users/me")).Done();
    }

    [Fact]
    public async Task Who_may_write_and_not_read_gets_ids_only()
    {
        await using var visit = await Visit.StartAsync();
        visit.Demo.Capabilities = Capabilities.InsertContent;

        var page = (await visit.PostAsync("/v1/pages", ContentTests.NewPage(Visit.Home, "Blind"))).Done();

        Assert.Equal(["object", "id", "request_id"], page.Select(field => field.Key));
    }

    [Fact]
    public async Task Addresses_are_shown_to_those_who_may_see_them()
    {
        await using var visit = await Visit.StartAsync();
        var with = (await visit.GetAsync("/v1/users")).Results[0]!["person"]!;
        visit.Demo.ShowsEmail = false;
        var without = (await visit.GetAsync("/v1/users")).Results[0]!["person"]!;

        Assert.Equal("ada@example.com", (string?)with["email"]);
        Assert.Equal("{}", without.ToJsonString());
    }

    [Fact]
    public async Task Another_workspace_holds_other_things()
    {
        await using var visit = await Visit.StartAsync();
        var stranger = visit.Sandbox.AddConnection(new ConnectionSettings("stranger") { Workspace = "Elsewhere" });

        Assert.NotEqual(visit.Demo.WorkspaceId, stranger.WorkspaceId);
        (await visit.GetAsync($"/v1/pages/{Visit.Home}", stranger.Token)).IsError(404, "object_not_found");
        (await visit.GetAsync("/v1/pages/5eed0002-0000-4000-8000-000000000001", stranger.Token)).Done();
    }
}
