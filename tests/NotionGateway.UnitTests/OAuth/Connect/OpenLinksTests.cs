using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access;
using NotionGateway.Credentials.Sources;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect;
using NotionGateway.OAuth.Grants;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class OpenLinksTests
{
    private static readonly string Secret = new('k', 43);

    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryGrantStore _store = new();

    [Fact]
    public async Task A_link_is_open_until_it_is_used_or_expires_or_its_app_is_gone()
    {
        await AddAsync("crm/acme");
        Assert.True((await ReadAsync("crm")).IsOpen);
        Assert.Equal(404, (await Links("crm").ShowAsync(new string('x', 43), CancellationToken.None)).Status);
        Assert.Equal(410, (await Links("other").ShowAsync(Secret, CancellationToken.None)).Status);
        Assert.Same(ConnectOutcome.AppGone, (await ReadAsync("other")).ConnectOutcome);

        _time.Advance(TimeSpan.FromHours(1));
        Assert.Same(ConnectOutcome.LinkExpired, (await ReadAsync("crm")).ConnectOutcome);
    }

    [Fact]
    public async Task A_link_that_was_used_says_so_after_its_time_too()
    {
        await AddAsync("crm/acme");
        Assert.True(await _store.TryUseLinkAsync(KeyDigest.Of(Secret), _time.GetUtcNow(), CancellationToken.None));
        Assert.Same(ConnectOutcome.LinkUsed, (await ReadAsync("crm")).ConnectOutcome);
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Same(ConnectOutcome.LinkUsed, (await ReadAsync("crm")).ConnectOutcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData("short")]
    [InlineData("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk-")]
    [InlineData("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk")]
    [InlineData("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkké")]
    public async Task What_cannot_be_a_link_is_not_looked_up(string text)
    {
        _store.Problem = "it was asked";
        Assert.Equal(404, (await Links("crm").ShowAsync(text, CancellationToken.None)).Status);
    }

    private Task<bool> AddAsync(string name) =>
        _store.AddLinkAsync(new ConnectLink(KeyDigest.Of(Secret), new CredentialName(name), _time.GetUtcNow() + TimeSpan.FromHours(1)), CancellationToken.None);

    private Task<LinkReading> ReadAsync(string app) => Links(app).ReadAsync(GatewayKey.DigestOfSecret(Secret), CancellationToken.None);

    private OpenLinks Links(string app) => new(_store, new OAuthApps(OptionsWith(app)), _time);

    private static OAuthOptions OptionsWith(string app) => new()
    {
        Apps =
        [
            new OAuthAppOptions
            {
                Name = app,
                ClientId = "id",
                ClientSecret = new EnvironmentSecret("Gateway:OAuth", SecretKind.ClientSecret, "SECRET"),
                Plan = "Standard",
                RedirectUris = [],
            },
        ],
        PublicUrl = new Uri("https://connect.example.com"),
        Store = new GrantStoreOptions { Type = GrantStoreType.Sqlite, Path = "grants.db", Postgres = null },
        EncryptionKey = null,
        PreviousEncryptionKey = null,
    };
}
