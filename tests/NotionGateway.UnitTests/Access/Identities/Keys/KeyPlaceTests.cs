using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Hosting;
using NotionGateway.Settings;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Keys;

/// <summary>Where the settings may say that an issuer's keys are, and where each error points.</summary>
public sealed class KeyPlaceTests : IDisposable
{
    private const string Corp = "Gateway:Access:Issuers:corp";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("key-place");

    [Fact]
    public void Keys_are_discovered_read_each_hour_and_used_for_a_day_by_default()
    {
        var place = Place();
        AssertSaysNothing(place);
        Assert.False(place.InCluster);
        Assert.Equal("https://corp.example", place.DiscoveredFrom);
        Assert.Equal(
            (TimeSpan.FromHours(1), TimeSpan.FromSeconds(30), TimeSpan.FromDays(1)), (place.RefreshInterval, place.MinRefresh, place.MaxKeyAge));
    }

    [Fact]
    public void Each_setting_is_read()
    {
        var place = Place(
            ("KeysUri", "https://corp.example/keys"), ("CaFile", Authority()), ("RefreshInterval", "00:02:00"), ("MinRefresh", "00:00:03"),
            ("MaxKeyAge", "00:04:00"));
        Assert.Equal(("https://corp.example/keys", Authority()), (place.Address?.AbsoluteUri, place.CaFile));
        Assert.Null(place.DiscoveredFrom);
        Assert.Null(place.File);
        Assert.Equal(
            (TimeSpan.FromMinutes(2), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(4)), (place.RefreshInterval, place.MinRefresh, place.MaxKeyAge));
        Assert.Equal("/etc/keys.json", Place(("KeysFile", "/etc/keys.json")).File);
    }

    [Theory]
    [InlineData("http://corp.example/keys")]
    [InlineData("corp.example/keys")]
    public void An_address_that_is_wrong_is_one_error_and_not_one_that_is_missing_too(string address) => Assert.Equal(
        [$"{Corp}:KeysUri: write an https address without user, password and fragment; keys read over http could be anybody's"],
        Errors(("Issuers:0", "no-address"), ("KeysUri", address)));

    [Fact]
    public void Keys_have_one_place() => Assert.Equal(
        [$"{Corp}:KeysFile: is the second place for the keys: write either KeysUri or KeysFile"],
        Errors(("KeysUri", "https://corp.example/keys"), ("KeysFile", "/etc/keys.json")));

    [Fact]
    public void An_authority_serves_for_addresses_and_must_be_readable()
    {
        Assert.Empty(Errors(("CaFile", Authority())));
        Assert.Equal([$"{Corp}:CaFile: cannot be read"], Errors(("CaFile", Path.Combine(_folder.FullName, "none.pem"))));
        Assert.Equal(
            [$"{Corp}:CaFile: applies to addresses only: remove it, since KeysFile is a file"],
            Errors(("KeysFile", "/etc/keys.json"), ("CaFile", Authority())));
    }

    [Theory]
    [InlineData("00:09:59", true)]
    [InlineData("00:10:00", false)]
    [InlineData("00:10:01", false)]
    public void Keys_are_used_at_least_until_they_are_read_again(string age, bool isError)
    {
        string[] expected = isError ? [$"{Corp}:MaxKeyAge: is shorter than RefreshInterval: the keys would be too old before they are read again"] : [];
        Assert.Equal(expected, Errors(("RefreshInterval", "00:10:00"), ("MaxKeyAge", age)));
    }

    [Theory]
    [InlineData("KeysUri", "https://corp.example/keys")]
    [InlineData("KeysFile", "/etc/keys.json")]
    [InlineData("CaFile", "/etc/ca.pem")]
    public void In_a_cluster_no_place_is_configured(string setting, string value)
    {
        (string, string?)[] settings = [("Type", "Kubernetes"), ("Issuers:0", null), (setting, value)];
        Assert.Equal([$"{Corp}:{setting}: does not apply to Kubernetes: keys are asked of the cluster's own API server"], Errors(settings));

        var place = Read(settings).Settings.Access.Issuers.Single().Place;
        AssertSaysNothing(place);
        Assert.True(place.InCluster);
    }

    [Fact]
    public void A_cluster_without_a_place_is_right() => Assert.Empty(Errors(("Type", "Kubernetes"), ("Issuers:0", null)));

    [Theory]
    [InlineData("https://corp.example/keys", true)]
    [InlineData("https://corp.example:8443/keys?version=1", true)]
    [InlineData("http://corp.example/keys", false)]
    [InlineData("ftp://corp.example/keys", false)]
    [InlineData("https://user@corp.example/keys", false)]
    [InlineData("https://corp.example/keys#x", false)]
    [InlineData("https:///keys", false)]
    [InlineData("/keys", false)]
    [InlineData("", false)]
    public void Keys_are_read_over_https_without_a_user_and_a_fragment(string text, bool isAddress) => Assert.Equal(isAddress, KeyPlace.IsAddress(text));

    [Theory]
    [InlineData(true, null, null, false, "the API server")]
    [InlineData(false, "https://keys.example/", null, false, "https://keys.example/")]
    [InlineData(false, null, "/etc/keys.json", false, "/etc/keys.json")]
    [InlineData(false, null, null, true, "https://corp.example")]
    public void A_place_is_discovered_only_if_it_is_said_nowhere_and_is_shown_in_words(
        bool inCluster, string? address, string? file, bool isDiscovered, string shown)
    {
        var place = TokenScene.Corp().Place with
        {
            InCluster = inCluster,
            Address = address is null ? null : new Uri(address),
            File = file,
            DiscoveredFrom = "https://corp.example",
        };
        Assert.Equal((isDiscovered, shown), (place.NeedsDiscovery, place.Description));
        Assert.Equal("nowhere", (TokenScene.Corp().Place with { Address = null }).Description);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static (GatewaySettings Settings, IReadOnlyList<SettingError> Errors, SettingsCatalogue Catalogue) Read(
        params (string Key, string? Value)[] changes) => Configured.Read([
            ($"{Corp}:Issuers:0", "https://corp.example"), ($"{Corp}:Audiences:0", "notion-gateway"),
            .. changes.Select(change => ($"{Corp}:{change.Key}", change.Value))]);

    private static IEnumerable<string> Errors(params (string Key, string? Value)[] changes) => Read(changes).Errors.Select(error => $"{error}");

    private static void AssertSaysNothing(KeyPlace place)
    {
        Assert.Null(place.Address);
        Assert.Null(place.File);
        Assert.Null(place.CaFile);
    }

    private static KeyPlace Place(params (string Key, string? Value)[] changes)
    {
        var (settings, errors, _) = Read(changes);
        Assert.Empty(errors);
        return settings.Access.Issuers.Single().Place;
    }

    private string Authority()
    {
        var path = Path.Combine(_folder.FullName, "ca.pem");
        if (!File.Exists(path))
        {
            using var authority = new TestAuthority(new FakeTimeProvider());
            File.WriteAllText(path, authority.Pem);
        }

        return path;
    }
}
