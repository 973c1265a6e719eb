using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>A90 from outside: an attacker can write to the file of grants while a gateway runs on it, and reaches its data listener.</summary>
public sealed class ForgedStoreTests
{
    private const string Forged = "ngw_akeyofsomebodyelsethatnobodyhasgivenhim0000";

    [Fact]
    public async Task A90_A_key_that_was_written_into_the_store_is_no_key()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        var key = (string)(await bed.ConnectAsync(gateway))["access_token"]!;

        // The whole row of a key that works, with another digest.
        await WriteAsync(
            bed,
            "INSERT INTO bound_keys (digest, grant_id, caller, kind, issue, issued_at, seal) SELECT $digest, grant_id, " +
            "caller, kind, issue, issued_at, seal FROM bound_keys WHERE kind = 0",
            KeyDigest.Of(Forged));

        var (status, response) = await OAuthBed.WhoAmIAsync(gateway, Forged);
        Assert.Equal((401, "invalid_key"), (status, (string?)response["additional_data"]!["gateway_reason"]));
        Assert.Contains(gateway.Logs.Lines, line => line is { Level: LogLevel.Critical, Event.Name: "StoreRowForged" });
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
    }

    [Fact]
    public async Task A90_A_grant_whose_name_was_exchanged_is_denied()
    {
        await using var bed = await OAuthBed.StartAsync();
        var first = await bed.GatewayAsync();
        await bed.ConnectAsync(first, bed.Notion.OAuth.Consenters.All[0]);
        await bed.ConnectAsync(first, bed.Notion.OAuth.Consenters.All[1]);
        await first.StopAsync();
        var names = bed.Notion.OAuth.Grants.Select(grant => $"crm/{grant.BotId}").ToArray();
        await WriteAsync(
            bed,
            $"UPDATE grants SET name = 'crm/between' WHERE name = '{names[0]}'; " +
            $"UPDATE grants SET name = '{names[0]}' WHERE name = '{names[1]}'; " +
            $"UPDATE grants SET name = '{names[1]}' WHERE name = 'crm/between'");

        var gateway = await bed.GatewayAsync();
        foreach (var name in names)
        {
            var (status, response) = await OAuthBed.WhoAmIAsync(gateway, The.Key, name);
            Assert.Equal((503, "credential_unavailable"), (status, (string?)response["additional_data"]!["gateway_reason"]));
        }

        Assert.Contains(gateway.Logs.Lines, line => line is { Level: LogLevel.Critical, Event.Name: "StoreRowForged" });
    }

    private static async Task WriteAsync(OAuthBed bed, string sql, KeyDigest digest = default)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = bed.StorePath, Pooling = false }.ToString());
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text that is passed here is written above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$digest", digest.ToStored());
        await command.ExecuteNonQueryAsync();
    }
}
