using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.Operator;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator;

public sealed class ConnectLinksTests
{
    private static readonly CredentialName Acme = new("crm/acme");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 6, 7, 8, 9, TimeSpan.Zero));
    private readonly InMemoryGrantStore _store = new();
    private readonly ConnectLinks _links;

    public ConnectLinksTests() => _links = new ConnectLinks(
        _store, new ConnectAddress(new Uri("https://connect.example.com/")), new OAuthAppNames(new HashSet<string> { "sales", "crm" }), _time);

    [Fact]
    public async Task A_link_holds_a_secret_of_which_only_the_digest_is_kept()
    {
        var response = (await _links.CreateAsync(Acme, TimeSpan.FromHours(2), CancellationToken.None)).Json();

        var url = response["url"]!.GetValue<string>();
        Assert.Matches("^https://connect\\.example\\.com/connect/[A-Za-z0-9]{43}$", url);
        var link = Assert.Single(_store.Links);
        Assert.Equal(KeyDigest.Of(url.AsSpan(url.Length - 43)), link.Digest);
        Assert.Equal((Acme, _time.GetUtcNow().AddHours(2), null), (link.Name, link.ExpiresAt, link.UsedAt));
        Assert.Equal("2026-05-06T09:08:09Z", response["expires_at"]!.GetValue<string>());
        Assert.False(response["reconnects"]!.GetValue<bool>());
    }

    [Fact]
    public async Task There_is_an_end_to_the_links_that_are_open()
    {
        for (var number = 0; number < NotionGateway.OAuth.Store.KeyLimits.Links; number++)
        {
            await _store.AddLinkAsync(new ConnectLink(KeyDigest.Of($"link {number}"), Acme, _time.GetUtcNow()), CancellationToken.None);
        }

        Assert.Equal(429, (await _links.CreateAsync(Acme, TimeSpan.FromHours(2), CancellationToken.None)).Status);
    }

    [Fact]
    public async Task What_is_on_record_of_a_link_does_not_open_it()
    {
        var response = await _links.CreateAsync(Acme, TimeSpan.FromHours(2), CancellationToken.None);

        Assert.DoesNotContain(response.Json()["url"]!.GetValue<string>()[^43..], response.Outcome);
        Assert.Equal("created, until 2026-05-06T09:08:09Z", response.Outcome);
    }

    [Fact]
    public async Task A_name_that_is_there_will_be_reconnected()
    {
        await _store.AddAsync(Some.Grant("crm/acme"), CancellationToken.None);

        Assert.True((await _links.CreateAsync(Acme, TimeSpan.FromHours(2), CancellationToken.None)).Json()["reconnects"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData(null, "1.00:00:00")]
    [InlineData("00:01:00", "00:01:00")]
    [InlineData("12:30:00", "12:30:00")]
    [InlineData("7.00:00:00", "7.00:00:00")]
    public void A_link_lives_for_a_day_if_nobody_says_otherwise(string? expiresIn, string life)
    {
        Assert.Null(_links.Check("crm", "acme", expiresIn, out var grant, out var read));
        Assert.Equal((Acme, TimeSpan.Parse(life)), (grant, read));
    }

    [Theory]
    [InlineData("00:00:59")]
    [InlineData("7.00:00:01")]
    [InlineData("30")]
    [InlineData("24:00:00")]
    [InlineData("-1.00:00:00")]
    [InlineData("1 day")]
    [InlineData("")]
    [InlineData("00:30")]
    public void And_for_no_time_that_is_too_short_too_long_or_none(string expiresIn)
    {
        var refusal = _links.Check("crm", "acme", expiresIn, out _, out _);
        Assert.Equal(RefusalReason.InvalidRequest, refusal?.Reason);
        Assert.Contains("7.00:00:00", refusal!.Message);
    }

    [Fact]
    public void An_app_that_is_not_there_is_answered_with_those_that_are() =>
        Assert.Contains("the apps are crm, sales", _links.Check("hr", "acme", null, out _, out _)?.Message);

    [Theory]
    [InlineData("Acme")]
    [InlineData("crm/acme")]
    [InlineData("")]
    [InlineData("../acme")]
    [InlineData("a%2fb")]
    [InlineData("acme\n")]
    public void A_name_must_be_one(string name) => Assert.Equal(RefusalReason.InvalidRequest, _links.Check("crm", name, null, out _, out _)?.Reason);
}
