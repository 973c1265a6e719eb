using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>The database is the one that was configured, or the gateway does not talk to it.</summary>
public sealed class PostgresTlsTests
{
    [Fact]
    public async Task A_server_is_used_only_with_a_certificate_of_the_configured_authority_for_the_configured_name()
    {
        await using var server = await PostgresServer.StartAsync();
        using var authority = new PrivateAuthority();
        using var another = new PrivateAuthority();
        var (certificate, key) = authority.IssueFiles("localhost");
        await server.InstallAsync(certificate, "of-test.crt");
        await server.InstallAsync(key, "of-test.key");
        foreach (var setting in (string[])["ssl_cert_file = 'of-test.crt'", "ssl_key_file = 'of-test.key'", "ssl = on"])
        {
            await server.ExecuteAsync("postgres", $"ALTER SYSTEM SET {setting}");
        }

        await server.ExecuteAsync("postgres", "SELECT pg_reload_conf()");
        var settings = PostgresProcess.Settings(server, await server.CreateDatabaseAsync()) with { CaFile = authority.PemFile };
        var verified = settings with { Connection = settings.Connection.Replace("127.0.0.1", "localhost") + ";SSL Mode=VerifyFull" };

        // The server takes up its new settings a moment after it was told to.
        await SafetyNet.UntilAsync(async () => (string?)await server.ExecuteAsync("postgres", "SHOW ssl") == "on", () => "TLS is not switched on.");

        (await PostgresProcess.OpenAsync(verified)).Dispose();
        await RefusedAsync(verified with { CaFile = another.PemFile });
        await RefusedAsync(verified with { CaFile = null });
        await RefusedAsync(settings with { Connection = settings.Connection + ";SSL Mode=VerifyFull" });
    }

    private static async Task RefusedAsync(PostgresStoreSettings settings)
    {
        var failure = await Assert.ThrowsAsync<GrantStoreException>(() => PostgresProcess.OpenAsync(settings));
        Assert.Contains("presents a certificate that is not trusted", failure.Message);
    }
}
