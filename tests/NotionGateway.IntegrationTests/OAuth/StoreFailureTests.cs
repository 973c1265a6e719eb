using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.OAuth;

/// <summary>F39: the store fails while the gateway runs.</summary>
public sealed class StoreFailureTests
{
    private FlakyStore _store = null!;

    [Fact]
    public async Task F39_A_pair_that_cannot_be_stored_is_kept_said_loudly_and_stored_as_soon_as_that_works()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await GatewayAsync(bed);
        var key = (string)(await bed.ConnectAsync(gateway))["access_token"]!;
        bed.Notion.OAuth.ExpireAccessTokens();
        _store.FailsSwaps = true;

        // Nothing is used that is not stored, and nothing is bought twice.
        for (var call = 0; call < 3; call++)
        {
            var (status, response) = await OAuthBed.WhoAmIAsync(gateway, key);
            Assert.Equal((503, "credential_unavailable"), (status, (string?)response["additional_data"]!["gateway_reason"]));
        }

        Assert.Equal(1, bed.Notion.OAuth.Calls.Refresh);
        Assert.Contains(
            gateway.Logs.Lines, line => line is { Level: LogLevel.Critical, Event.Name: "GrantNotStored" } && line.Text.Contains("the disk is full"));
        Assert.Equal(1, Assert.Single(gateway.Metrics.Gauges(), gauge => gauge.Instrument == "notion_gateway.oauth.unsaved").Value);

        _store.FailsSwaps = false;
        await gateway.UntilAsync(() => gateway.Logs.Lines.Any(line => line.Event.Name == "GrantStoredLate"), "the pair to be stored");
        Assert.EndsWith("could not be stored is stored now.", gateway.Logs.Named("GrantStoredLate").First().Text);
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        Assert.Equal(1, bed.Notion.OAuth.Calls.Refresh);
    }

    [Fact]
    public async Task F39_While_nothing_can_be_written_no_pair_is_bought()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await GatewayAsync(bed);
        var key = (string)(await bed.ConnectAsync(gateway))["access_token"]!;
        bed.Notion.OAuth.ExpireAccessTokens();
        _store.FailsWrites = true;
        Assert.Equal(503, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        Assert.Equal(0, bed.Notion.OAuth.Calls.Refresh);

        _store.FailsWrites = false;
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        Assert.Equal(1, bed.Notion.OAuth.Calls.Refresh);
    }

    [Fact]
    public async Task F39_Grants_in_memory_go_on_serving_while_the_store_cannot_be_read_and_others_are_refused_clearly()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await GatewayAsync(bed);
        var used = (string)(await bed.ConnectAsync(gateway, bed.Notion.OAuth.Consenters.All[0]))["access_token"]!;
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, used)).Status);

        // What comes later is no reason to forget what is in use.
        var unused = (string)(await bed.ConnectAsync(gateway, bed.Notion.OAuth.Consenters.All[1]))["access_token"]!;
        _store.FailsReads = true;

        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, used)).Status);
        var (status, response) = await OAuthBed.WhoAmIAsync(gateway, unused);
        Assert.Equal((503, "credential_unavailable"), (status, (string?)response["additional_data"]!["gateway_reason"]));

        // Callers that use no grant do not notice.
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, The.Key)).Status);
        _store.FailsReads = false;
        await gateway.UntilAsync(async () => (await OAuthBed.WhoAmIAsync(gateway, unused)).Status == 200, "the store to be asked again");
    }

    [Fact]
    public async Task F39_A_consent_that_cannot_be_stored_is_refused_and_not_half_done()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await GatewayAsync(bed);
        _store.FailsWrites = true;

        var (status, response) = await OAuthBed.PostAsync(
            gateway, "token",
            new
            {
                grant_type = "authorization_code",
                code = bed.Notion.OAuth.Consent(bed.NotionApp, OAuthBed.RedirectUri),
                redirect_uri = OAuthBed.RedirectUri,
            });

        Assert.Equal((503, "credential_unavailable"), (status, (string?)response["additional_data"]!["gateway_reason"]));
        _store.FailsWrites = false;
        Assert.Equal("ngw_", ((string)(await bed.ConnectAsync(gateway))["access_token"]!)[..4]);
    }

    [Fact]
    public async Task F39_A_consent_that_cannot_be_stored_is_kept_and_stored_as_soon_as_that_works()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await GatewayAsync(bed);
        _store.FailsReads = _store.FailsWrites = true;
        Assert.Equal(503, (await OAuthBed.PostAsync(
            gateway, "token",
            new
            {
                grant_type = "authorization_code",
                code = bed.Notion.OAuth.Consent(bed.NotionApp, OAuthBed.RedirectUri),
                redirect_uri = OAuthBed.RedirectUri,
            })).Status);
        Assert.Contains(gateway.Logs.Lines, line => line is { Level: LogLevel.Critical, Event.Name: "ConsentNotStored" });
        Assert.Equal(1, Assert.Single(gateway.Metrics.Gauges(), gauge => gauge.Instrument == "notion_gateway.oauth.unsaved").Value);

        _store.FailsReads = _store.FailsWrites = false;

        var name = new CredentialName($"crm/{Assert.Single(bed.Notion.OAuth.Grants).BotId}");
        await gateway.UntilAsync(async () => await _store.FindAsync(name, CancellationToken.None) is not null, "the consent to be stored");
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, The.Key, name.Value)).Status);
    }

    [Fact]
    public async Task F39_A_consent_that_was_kept_does_not_replace_a_later_one_of_another_gateway()
    {
        await using var bed = await OAuthBed.StartAsync();
        var first = await GatewayAsync(bed);
        var second = await bed.GatewayAsync();
        _store.FailsWrites = true;
        var code = bed.Notion.OAuth.Consent(bed.NotionApp, OAuthBed.RedirectUri);
        Assert.Equal(503, (await OAuthBed.PostAsync(
            first, "token", new { grant_type = "authorization_code", code, redirect_uri = OAuthBed.RedirectUri })).Status);
        var key = (string)(await bed.ConnectAsync(second))["access_token"]!;

        _store.FailsWrites = false;
        await first.UntilAsync(
            () => first.Logs.Lines.Any(line => line.Event.Name is "ConsentDropped" or "GrantStoredLate"), "the kept consent to be tried again");

        Assert.Contains("the store has a later pair", Assert.Single(first.Logs.Named("ConsentDropped")).Text);
        Assert.Equal(1, Assert.Single(await _store.ListAsync(null, null, 2, CancellationToken.None)).Version);
        bed.Notion.OAuth.ExpireAccessTokens();
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(second, key)).Status);
    }

    [Fact]
    public async Task F40_A_gateway_with_another_key_does_not_start_and_makes_no_new_ring()
    {
        await using var bed = await OAuthBed.StartAsync();
        var gateway = await bed.GatewayAsync();
        await bed.ConnectAsync(gateway);
        await gateway.StopAsync();

        var refused = await Assert.ThrowsAsync<StartRefusedException>(
            () => bed.GatewayAsync(setup => setup.Environment("ENCRYPTION_KEY", "Another+key+that+is+long+enough+to+be+one+0123=")));
        Assert.DoesNotContain("Another+key", refused.ToString());

        var again = await bed.GatewayAsync();
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(again, (string)(await bed.ConnectAsync(again))["access_token"]!)).Status);
    }

    [Fact]
    public async Task F40_The_encryption_key_is_replaced_while_gateways_of_before_go_on()
    {
        const string NewKey = "TheNextEncryptionKeyThatMustNeverBeSeen+012345=";
        await using var bed = await OAuthBed.StartAsync();
        var first = await bed.GatewayAsync();
        var key = (string)(await bed.ConnectAsync(first))["access_token"]!;

        // The two keys in either order, while the first gateway knows the old one only; none of these starts touches the ring.
        var both = await bed.GatewayAsync(setup => Keys(setup, NewKey, The.EncryptionKey));
        var swapped = await bed.GatewayAsync(setup => Keys(setup, The.EncryptionKey, NewKey));
        Assert.Contains(both.Logs.Lines, line => line.Event.Name == "KeyRingNotRewrapped");
        Assert.DoesNotContain(swapped.Logs.Lines, line => line.Event.Name == "KeyRingNotRewrapped");
        await first.StopAsync();
        var again = await bed.GatewayAsync();
        foreach (var gateway in (TestGateway[])[both, swapped, again])
        {
            Assert.Equal(200, (await OAuthBed.WhoAmIAsync(gateway, key)).Status);
        }

        await again.StopAsync();
        both.Services.GetRequiredService<KeyRingGuard>().Rewrap();

        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(swapped, (string)(await bed.ConnectAsync(swapped))["access_token"]!)).Status);
        var after = await bed.GatewayAsync(setup => setup.Environment("ENCRYPTION_KEY", NewKey));
        Assert.Equal(200, (await OAuthBed.WhoAmIAsync(after, key)).Status);

        static void Keys(GatewaySetup setup, string current, string previous) => setup.Environment("ENCRYPTION_KEY", current).Environment("OLD_KEY", previous)
            .Setting("Gateway:OAuth:PreviousEncryptionKey:Source", "Environment").Setting("Gateway:OAuth:PreviousEncryptionKey:Variable", "OLD_KEY");
    }

    private Task<TestGateway> GatewayAsync(OAuthBed bed) => bed.GatewayAsync(setup => setup.Adjust(services =>
        services.AddSingleton<IGrantStore>(provider => _store = new FlakyStore(provider.GetRequiredService<SqliteGrantStore>()))));
}
