using NotionGateway.TestKit;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>Several gateways on one database.</summary>
public sealed class PostgresRenewalTests
{
    [Fact]
    public Task A88_Three_gateways_with_fifty_calls_each_at_expiry_refresh_exactly_once_in_each_round() => RefreshTogetherAsync(rounds: 4);

    [Fact]
    [Trait("Category", "Long")]
    public Task A88_Three_gateways_with_fifty_calls_each_at_expiry_refresh_exactly_once_in_each_of_twenty_rounds() => RefreshTogetherAsync(rounds: 20);

    private static async Task RefreshTogetherAsync(int rounds)
    {
        await using var bed = await OAuthBed.StartAsync(limit: 100_000);
        var server = await SharedPostgres.ServerAsync;
        var database = await server.CreateDatabaseAsync();
        TestGateway[] gateways = [await GatewayAsync(), await GatewayAsync(), await GatewayAsync()];
        var key = (string)(await bed.ConnectAsync(gateways[0]))["access_token"]!;
        foreach (var gateway in gateways)
        {
            Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        }

        for (var round = 1; round <= rounds; round++)
        {
            // A refresh token that is used twice ends the whole family here.
            Assert.NotEqual(0, bed.Notion.OAuth.ExpireAccessTokens());

            var answers = await Task.WhenAll(Enumerable.Range(0, 150).Select(call => OAuthBed.WhoAmIAsync(gateways[call % 3], key)));

            Assert.All(answers, answer => Assert.True(answer.Status == 200, $"Round {round}: {answer.Status} {answer.Answer.ToJsonString()}"));
            Assert.Equal((round, round), (bed.Notion.OAuth.Calls.Refresh, bed.Notion.OAuth.Calls.Rotation));
        }

        Task<TestGateway> GatewayAsync() => bed.GatewayAsync(setup => setup.InPostgres(server, database));
    }

    [Fact]
    public async Task A_consent_that_begins_at_one_gateway_serves_at_all()
    {
        await using var bed = await OAuthBed.StartAsync();
        var server = await SharedPostgres.ServerAsync;
        var database = await server.CreateDatabaseAsync();
        var (first, second) = (await GatewayAsync(), await GatewayAsync());
        var pair = await bed.ConnectAsync(first);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(second, (string)pair["access_token"]!)).Status);

        var (status, next) = await OAuthBed.PostAsync(second, "token", new { grant_type = "refresh_token", refresh_token = (string)pair["refresh_token"]! });
        Assert.Equal(200, status);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(first, (string)next["access_token"]!)).Status);

        Task<TestGateway> GatewayAsync() => bed.GatewayAsync(setup => setup.InPostgres(server, database));
    }

    [Fact]
    public async Task A_renewal_that_Notion_answers_with_an_error_lets_the_next_gateway_try_at_once()
    {
        await using var bed = await OAuthBed.StartAsync();
        var server = await SharedPostgres.ServerAsync;
        var database = await server.CreateDatabaseAsync();
        var (first, second) = (await GatewayAsync(), await GatewayAsync());
        var key = (string)(await bed.ConnectAsync(first))["access_token"]!;
        bed.Notion.OAuth.ExpireAccessTokens();
        bed.Notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new StatusFault { Status = 503 }, Times = 1 });

        Assert.Equal(503, (await OAuthBed.WhoAmIAsync(first, key)).Status);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(second, key)).Status);

        Task<TestGateway> GatewayAsync() => bed.GatewayAsync(setup => setup.InPostgres(server, database));
    }
}
