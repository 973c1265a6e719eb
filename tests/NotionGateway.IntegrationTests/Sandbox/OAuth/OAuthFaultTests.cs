using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox.Faults;
using NotionSandbox.OAuth;

namespace NotionGateway.IntegrationTests.Sandbox.OAuth;

/// <summary>What can go wrong with a call for tokens can be ordered, is counted, and leaves its trace in the records.</summary>
public sealed class OAuthFaultTests
{
    private const string Token = "/v1/oauth/token";

    [Fact]
    public async Task An_answer_may_be_lost_after_the_rotation_has_happened()
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();
        visit.Visit.Sandbox.Faults.Add(new FaultRule { Path = Token, Times = 1, Fault = new CutOffFault { Point = CutPoint.BeforeAnyByte } });

        await Assert.ThrowsAsync<HttpRequestException>(() => visit.RefreshAsync(pair.Refresh));

        Assert.Equal((1, 1), (visit.OAuth.Calls.Refresh, visit.OAuth.Calls.Rotation));
        Assert.False(await visit.WorksAsync(pair.Access));
        Assert.Equal("invalid_grant", (string?)(await visit.RefreshAsync(pair.Refresh)).Json["error"]);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    public async Task A_server_error_rotates_nothing(int status)
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();
        visit.Visit.Sandbox.Faults.Add(new FaultRule { Path = Token, Times = 1, Fault = new StatusFault { Status = status } });

        Assert.Equal(status, (await visit.RefreshAsync(pair.Refresh)).Status);

        Assert.Equal((1, 0), (visit.OAuth.Calls.Refresh, visit.OAuth.Calls.Rotation));
        Assert.Equal(200, (await visit.RefreshAsync(pair.Refresh)).Status);
    }

    [Theory]
    [InlineData("invalid_grant", ErrorDialect.Rfc6749, 400)]
    [InlineData("invalid_client", ErrorDialect.OpenApi, 401)]
    [InlineData("test_env_error", ErrorDialect.Rfc6749, 403)]
    [InlineData("internal_server_error", ErrorDialect.OpenApi, 500)]
    public async Task Any_documented_error_can_be_had_in_either_dialect(string code, object dialect, int status)
    {
        await using var visit = await AppVisit.StartAsync();
        visit.Visit.Sandbox.Faults.Add(new FaultRule { Path = Token, Fault = new OAuthErrorFault { Code = code, Dialect = (ErrorDialect)dialect } });

        var reply = await visit.ExchangeAsync("x");

        Assert.Equal((status, code), (reply.Status, (string?)reply.Json[(ErrorDialect)dialect == ErrorDialect.OpenApi ? "code" : "error"]));
    }

    [Fact]
    public void An_error_that_nobody_documents_cannot() => Assert.Throws<ArgumentException>(() => new OAuthErrorFault { Code = "too_early" });

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 1)]
    public async Task A_call_can_be_held_before_or_after_the_rotation_until_it_is_released(bool before, int rotations)
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();
        var hold = new HoldFault { Before = before };
        visit.Visit.Sandbox.Faults.Add(new FaultRule { Path = Token, Times = 1, Fault = hold });

        var refresh = visit.RefreshAsync(pair.Refresh);
        while (visit.OAuth.Calls.Refresh == 0 || visit.OAuth.Calls.Rotation < rotations)
        {
            await Task.Yield();
        }

        Assert.Equal((false, rotations), (refresh.IsCompleted, visit.OAuth.Calls.Rotation));
        Assert.Equal(before, await visit.WorksAsync(pair.Access));
        hold.Release();
        Assert.Equal((200, 1), ((await refresh).Status, visit.OAuth.Calls.Rotation));
    }

    [Fact]
    public async Task To_take_a_hold_away_releases_it()
    {
        await using var visit = await AppVisit.StartAsync();
        var fault = visit.Visit.Sandbox.Faults.Add(new FaultRule { Path = Token, Fault = new HoldFault() });
        var exchange = visit.ExchangeAsync(visit.OAuth.Consent());
        await visit.Visit.Sandbox.Received.WaitForAsync(1, Visit.Stop);

        (await visit.Visit.DeleteAsync($"/_sandbox/faults/{fault.Number}")).List();

        Assert.Equal(200, (await exchange).Status);
    }

    [Fact]
    public async Task An_answer_can_come_late_after_the_rotation()
    {
        await using var visit = await AppVisit.StartAsync();
        var pair = await visit.ConnectAsync();
        visit.Visit.Sandbox.Faults.Add(new FaultRule { Path = Token, Times = 1, Fault = new LateFault { DelayMs = 5000 } });

        var refresh = visit.RefreshAsync(pair.Refresh);
        while (visit.OAuth.Calls.Rotation == 0)
        {
            await Task.Yield();
        }

        Assert.False(refresh.IsCompleted);
        Assert.False(await visit.WorksAsync(pair.Access));
        while (!refresh.IsCompleted)
        {
            visit.Visit.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        Assert.Equal(200, (await refresh).Status);
        Assert.True(visit.Visit.Clock.GetUtcNow() >= visit.Visit.Clock.Start.AddSeconds(5));
    }

    [Fact]
    public async Task Calls_are_counted_by_what_they_ask_until_everything_is_reset()
    {
        await using var visit = await AppVisit.StartAsync();
        await visit.Visit.GetAsync(AppVisit.AuthorizeUrl());
        var pair = await visit.ConnectAsync();
        await visit.RefreshAsync(pair.Refresh);
        await visit.RefreshAsync("nrt_unknown");
        await visit.TokenAsync(new JsonObject());
        await visit.IntrospectAsync(pair.Access);
        await visit.RevokeAsync(pair.Access);

        var calls = visit.OAuth.Calls;
        Assert.Equal((1, 4, 1, 2, 1, 1, 1), (calls.Authorize, calls.Token, calls.Exchange, calls.Refresh, calls.Rotation, calls.Introspect, calls.Revoke));
        visit.Visit.Sandbox.Reset();
        Assert.Equal((0, 0, 0), (calls.Authorize, calls.Token, calls.Rotation));
        Assert.Single(visit.OAuth.Grants);
    }

    [Fact]
    public async Task The_records_show_every_secret_that_came_and_the_server_knows_every_secret_there_was()
    {
        await using var visit = await AppVisit.StartAsync();
        var code = visit.OAuth.Consent();
        var pair = Pair.Of(await visit.ExchangeAsync(code));
        var next = Pair.Of(await visit.RefreshAsync(pair.Refresh));
        visit.App.ClientSecret = "secret_next";

        var (exchange, refresh) = (visit.Visit.Sandbox.Received.All[0], visit.Visit.Sandbox.Received.All[1]);

        Assert.Equal((OAuthAppSettings.DemoClientId, OAuthAppSettings.DemoClientSecret), (exchange.Client!.User, exchange.Client.Password));
        Assert.Null(exchange.Connection);
        Assert.Contains(code, Encoding.UTF8.GetString(exchange.Body.Span), StringComparison.Ordinal);
        Assert.Contains(pair.Refresh!, Encoding.UTF8.GetString(refresh.Body.Span), StringComparison.Ordinal);
        Assert.Equivalent(
            new[] { OAuthAppSettings.DemoClientSecret, "secret_next", code, pair.Access, pair.Refresh, next.Access, next.Refresh },
            visit.OAuth.Secrets, strict: true);
    }
}
