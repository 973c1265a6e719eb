using System.Text;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Sealing;

/// <summary>
/// A90: a thief of the file reads no token, and rows changed in it are refused. One thing cannot be seen by a row: that
/// it is an older, whole state of itself. Then the version is older too, which a gateway that knows the newer one notices; one
/// that does not holds tokens that Notion no longer takes.
/// </summary>
public sealed class StolenStoreTests : IAsyncLifetime
{
    private const string AccessToken = "ntn_canary-access-token-0123456789";
    private const string RefreshToken = "nrt_canary-refresh-token-0123456789";
    private const string Profile = """{"owner":{"person":{"email":"canary@example.com"}}}""";

    private readonly SqliteFolder _folder = new();
    private SealedStore _gateway = null!;
    private Grant _grant = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string> Columns => ["access_token", "refresh_token", "profile"];

    public async ValueTask InitializeAsync()
    {
        _gateway = await SealedStore.OpenAsync(_folder.FilePath);
        _grant = _gateway.Seal(Grant("crm/acme"), AccessToken, RefreshToken, Profile);
        await _gateway.Store.AddAsync(_grant, Stop);
    }

    public ValueTask DisposeAsync()
    {
        _gateway.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A90_no_file_of_the_store_shows_a_token_a_profile_or_the_encryption_key()
    {
        AssertNothingShows();
        await _gateway.Store.TrySwapAsync(_gateway.Seal(_grant, AccessToken + "2", RefreshToken + "2", Profile), 1, Stop);
        AssertNothingShows();
        await _gateway.Store.SweepAsync(Noon, Stop);
        AssertNothingShows();
        await _gateway.Store.DeleteAsync(_grant.Id, Stop);
        AssertNothingShows();
        _gateway.Dispose();
        AssertNothingShows();
    }

    [Fact]
    public void A90_no_file_of_the_store_shows_the_keys_of_the_ring()
    {
        var envelope = RingXml.Parse(Assert.Single(_gateway.RingKeys).Xml);
        var encrypted = Assert.Single(RingXml.Parse(envelope.Value).Descendants(RingXml.EncryptedKey));
        var secret = RingXml.Decrypt(encrypted, _gateway.Keys).Descendants("value").Single().Value;
        Assert.True(Convert.FromBase64String(secret).Length >= 32);
        Assert.All(_folder.Files(), file => Assert.False(SealedStore.Holds(file.Bytes, secret), file.Name));
        Assert.All(_folder.Files(), file => Assert.True(file.Bytes.AsSpan().IndexOf(Convert.FromBase64String(secret)) < 0, file.Name));
        Assert.Contains(_folder.Files(), file => SealedStore.Holds(file.Bytes, encrypted.Value));
    }

    [Fact]
    public void A90_what_was_sealed_opens_in_its_place()
    {
        Assert.Equal(AccessToken, Open("access_token"));
        Assert.Equal(RefreshToken, Open("refresh_token"));
        Assert.Equal(Profile, Open("profile"));
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void A90_a_bit_that_was_flipped_anywhere_in_a_column_does_not_open(string column)
    {
        var bytes = (byte[])_folder.Tamper($"SELECT {column} FROM grants")!;
        for (var position = 0; position < bytes.Length; position++)
        {
            var flipped = bytes.ToArray();
            flipped[position] ^= (byte)(1 << (position % 8));
            _folder.Tamper($"UPDATE grants SET {column} = $bytes", ("$bytes", flipped));
            var failure = Assert.Throws<SealBrokenException>(() => Open(column));
            Assert.StartsWith($"The {column} of grant '{_grant.Id}' cannot be decrypted: ", failure.Message);
            Assert.DoesNotContain("canary", failure.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public void A90_a_column_that_was_cut_off_or_emptied_does_not_open(string column)
    {
        var bytes = (byte[])_folder.Tamper($"SELECT {column} FROM grants")!;
        foreach (var length in (int[])[0, 1, 19, 20, 21, bytes.Length - 1])
        {
            _folder.Tamper($"UPDATE grants SET {column} = $bytes", ("$bytes", bytes[..length]));
            Assert.Throws<SealBrokenException>(() => Open(column));
        }
    }

    [Theory]
    [MemberData(nameof(Columns))]
    public async Task A90_a_column_of_another_row_does_not_open(string column)
    {
        await _gateway.Store.AddAsync(_gateway.Seal(Grant("crm/other"), "ntn_theirs", "nrt_theirs", "{}"), Stop);
        _folder.Tamper($"UPDATE grants SET {column} = (SELECT {column} FROM grants WHERE name = 'crm/other') WHERE name = 'crm/acme'");
        Assert.Contains("was changed from outside, or belongs to another row or column", Assert.Throws<SealBrokenException>(() => Open(column)).Message);
    }

    [Fact]
    public void A90_a_row_that_got_the_id_of_another_does_not_open()
    {
        _folder.Tamper("UPDATE grants SET id = 'another'");
        var secrets = (byte[])_folder.Tamper("SELECT access_token FROM grants WHERE id = 'another'")!;
        Assert.Throws<SealBrokenException>(() => _gateway.Sealer.Open("another", SealedColumn.AccessToken, secrets));
    }

    [Fact]
    public void A90_a_token_in_the_place_of_the_other_does_not_open()
    {
        _folder.Tamper("UPDATE grants SET access_token = refresh_token, refresh_token = access_token");
        Assert.Throws<SealBrokenException>(() => Open("access_token"));
        Assert.Throws<SealBrokenException>(() => Open("refresh_token"));
    }

    [Fact]
    public async Task A90_an_older_row_that_was_put_back_opens_but_its_version_shows_it_to_who_knows_the_newer()
    {
        var old = (byte[])_folder.Tamper("SELECT access_token FROM grants")!;
        var next = _gateway.Seal(_grant, "ntn_next", "nrt_next", Profile);
        Assert.True(await _gateway.Store.TrySwapAsync(next, 1, Stop));
        _folder.Tamper("UPDATE grants SET version = 1, access_token = $old", ("$old", old));
        var found = (await _gateway.Store.FindAsync(_grant.Name, Stop))!;
        Assert.Equal(AccessToken, _gateway.AccessTokenOf(found));
        Assert.Equal(1, found.Version);
        Assert.False(await _gateway.Store.TrySwapAsync(next, 2, Stop));
    }

    private string Open(string column) => column switch
    {
        "access_token" => _gateway.Sealer.Open(_grant.Id, SealedColumn.AccessToken, Stored().AccessToken),
        "refresh_token" => _gateway.Sealer.Open(_grant.Id, SealedColumn.RefreshToken, Stored().RefreshToken!),
        _ => _gateway.Sealer.Open(_grant.Id, SealedColumn.Profile, Stored().Profile),
    };

    private SealedSecrets Stored() => new(
        (byte[])_folder.Tamper("SELECT access_token FROM grants WHERE name = 'crm/acme'")!,
        (byte[])_folder.Tamper("SELECT refresh_token FROM grants WHERE name = 'crm/acme'")!,
        (byte[])_folder.Tamper("SELECT profile FROM grants WHERE name = 'crm/acme'")!);

    private void AssertNothingShows()
    {
        (string Name, byte[] Bytes)[] files = [.. _folder.Files()];

        // What is stored in clear shows that the search finds anything at all.
        Assert.Contains(files, file => SealedStore.Holds(file.Bytes, "signature"));
        foreach (var secret in (string[])["canary", SealedStore.Key])
        {
            Assert.All(files, file => Assert.False(SealedStore.Holds(file.Bytes, secret), file.Name));
            Assert.All(files, file => Assert.False(SealedStore.Holds(file.Bytes, Convert.ToBase64String(Encoding.UTF8.GetBytes(secret))[..8]), file.Name));
            Assert.All(files, file => Assert.True(file.Bytes.AsSpan().IndexOf(Encoding.Unicode.GetBytes(secret)) < 0, file.Name));
        }
    }
}
