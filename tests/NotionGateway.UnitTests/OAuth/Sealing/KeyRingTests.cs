using System.Xml.Linq;
using Microsoft.Extensions.Logging;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Sealing;

/// <summary>F40, and the ring's part of A90: a ring that cannot be read is an error that says what to do, never a new ring.</summary>
public sealed class KeyRingTests : IDisposable
{
    private const string Token = "ntn_0123456789";

    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task F40_what_one_process_has_sealed_another_opens()
    {
        using var one = await OpenAsync();
        using var other = await OpenAsync();
        var grant = one.Seal(Grant("crm/acme"), Token, null, "{}");
        Assert.Equal(Token, other.AccessTokenOf(grant));
        Assert.Equal(Token, one.AccessTokenOf(other.Seal(grant, Token, null, "{}")));
        Assert.Single(one.RingKeys);
    }

    [Fact]
    public async Task F40_two_that_began_on_an_empty_ring_at_once_open_what_the_other_has_sealed()
    {
        using var one = await OpenAsync();
        var late = new LateRing(one.Store);
        using var other = await SealedStore.OpenAsync(_folder.FilePath, ring: late);
        var (first, second) = (one.Seal(Grant("crm/1"), Token, null, "{}"), other.Seal(Grant("crm/2"), Token, null, "{}"));
        late.IsLate = false;
        Assert.Equal(2, one.RingKeys.Count);
        Assert.Equal(Token, other.AccessTokenOf(first));
        Assert.Equal(Token, one.AccessTokenOf(second));
    }

    [Fact]
    public async Task F40_a_ring_key_that_another_process_made_later_is_caught_up_with_once()
    {
        using var one = await OpenAsync();
        using var other = await OpenAsync();
        _ = one.Seal(Grant("crm/acme"), Token, null, "{}");
        var protection = new RingProtection(one.Store, one.Keys, LoggerFactory.Create(_ => { }));
        var used = protection.Provider;
        var key = Guid.Parse(Assert.Single(other.RingKeys).Name["key-".Length..]);
        Assert.False(protection.TryCatchUpWith(Guid.Empty, used));
        Assert.True(protection.TryCatchUpWith(key, used));
        Assert.NotSame(used, protection.Provider);
        Assert.True(protection.TryCatchUpWith(key, used));
        Assert.False(protection.TryCatchUpWith(key, protection.Provider));
        protection.Dispose();
    }

    [Fact]
    public async Task F40_what_was_sealed_under_an_expired_ring_key_still_opens()
    {
        Grant grant;
        using (var gateway = await OpenAsync())
        {
            grant = gateway.Seal(Grant("crm/acme"), Token, null, "{}");
            var element = Assert.Single(gateway.RingKeys);
            var content = RingSignature.Open(element, gateway.Keys).Content;
            content.Element("expirationDate")!.Value = "2020-01-01T00:00:00Z";
            gateway.Store.WriteRing(RingSignature.Sign(element.Name, content, gateway.Keys.Current));
        }

        using var again = await OpenAsync();
        _ = again.Seal(grant, Token, null, "{}");
        Assert.Equal(2, again.RingKeys.Count);
        Assert.Equal(Token, again.AccessTokenOf(grant));
    }

    [Fact]
    public async Task F40_with_a_wrong_key_nothing_opens_nothing_is_sealed_and_no_new_ring_is_made()
    {
        var grant = await SealedUnderAsync(SealedStore.Key);
        using var wrong = await OpenAsync(SealedStore.OtherKey);
        await AssertFailsAsync("is encrypted with a different key", () => wrong.Guard.VerifyAsync(Stop));
        await AssertFailsAsync("is encrypted with a different key", () => Task.FromResult(wrong.AccessTokenOf(grant)));
        await AssertFailsAsync("is encrypted with a different key", () => Task.FromResult(wrong.Seal(grant, Token, null, "{}")));
        await AssertFailsAsync("is encrypted with a different key", () => Task.FromResult(wrong.Guard.Rewrap()));
        Assert.Single(wrong.RingKeys);
        using var right = await OpenAsync();
        Assert.Equal(Token, right.AccessTokenOf(grant));
    }

    [Fact]
    public async Task F40_after_a_rewrap_the_old_key_is_needed_no_more_and_before_it_either_order_opens_everything()
    {
        var grant = await SealedUnderAsync(SealedStore.Key);
        using (var swapped = await OpenAsync(SealedStore.Key, previous: SealedStore.OtherKey))
        {
            await swapped.Guard.VerifyAsync(Stop);
            await swapped.Store.AddAsync(grant, Stop);
            Assert.Equal(Token, swapped.AccessTokenOf(grant));
        }

        using (var changing = await OpenAsync(SealedStore.OtherKey, previous: SealedStore.Key))
        {
            await changing.Guard.VerifyAsync(Stop);
            Assert.Equal(2, changing.Guard.CountOutdated());
            Assert.Equal(2, changing.Guard.Rewrap());
            Assert.Equal(0, changing.Guard.Rewrap());
            Assert.Equal(Token, changing.AccessTokenOf(grant));
        }

        using (var changed = await OpenAsync(SealedStore.OtherKey))
        {
            await changed.Guard.VerifyAsync(Stop);
            Assert.Equal(0, changed.Guard.Rewrap());
            Assert.Equal(Token, changed.AccessTokenOf(grant));
            Assert.Single(changed.RingKeys);
        }

        using (var swapped = await OpenAsync(SealedStore.Key, previous: SealedStore.OtherKey))
        {
            await swapped.Guard.VerifyAsync(Stop);
            Assert.Equal(grant.Id, (await swapped.Store.FindAsync(grant.Name, Stop))?.Id);
        }

        using var old = await OpenAsync();
        await AssertFailsAsync("is encrypted with a different key", () => old.Guard.VerifyAsync(Stop));
    }

    [Fact]
    public async Task F40_while_the_key_is_being_changed_elements_of_both_are_read()
    {
        var grant = await SealedUnderAsync(SealedStore.Key);
        using var changing = await OpenAsync(SealedStore.OtherKey, previous: SealedStore.Key);
        Assert.Equal(Token, changing.AccessTokenOf(grant));
    }

    [Fact]
    public async Task F40_grants_without_a_ring_are_found_at_start()
    {
        var grant = await SealedUnderAsync(SealedStore.Key);
        _folder.Tamper("DELETE FROM key_ring WHERE name LIKE 'key-%'");
        using var gateway = await OpenAsync();
        await gateway.Guard.VerifyAsync(Stop);
        await gateway.Store.AddAsync(grant, Stop);
        await AssertFailsAsync("contains grants, but not the key ring", () => gateway.Guard.VerifyAsync(Stop));
        Assert.Empty(gateway.RingKeys);
    }

    [Fact]
    public async Task F40_a_grant_whose_ring_key_is_gone_says_so()
    {
        var grant = await SealedUnderAsync(SealedStore.Key);
        _folder.Tamper("DELETE FROM key_ring WHERE name LIKE 'key-%'");
        using var gateway = await OpenAsync();
        Assert.Contains("is not in the key ring", Assert.Throws<SealBrokenException>(() => gateway.AccessTokenOf(grant)).Message);
    }

    [Fact]
    public async Task F40_a_ring_key_that_vanishes_while_the_gateway_runs_is_not_replaced_by_another()
    {
        await SealedUnderAsync(SealedStore.Key);
        using var gateway = await OpenAsync();
        var repository = new RingRepository(gateway.Store, gateway.Keys);
        Assert.Single(repository.GetAllElements());
        _folder.Tamper("DELETE FROM key_ring WHERE name LIKE 'key-%'");
        Assert.Contains("is missing from the key ring", Assert.Throws<KeyRingException>(repository.GetAllElements).Message);
    }

    [Fact]
    public async Task F40_a_store_that_cannot_be_read_is_told_as_such_and_not_as_a_broken_seal()
    {
        var grant = await SealedUnderAsync(SealedStore.Key);
        using var gateway = await SealedStore.OpenAsync(_folder.FilePath, ring: new BrokenRing());
        Assert.Equal("The disk is gone.", Assert.Throws<GrantStoreException>(() => gateway.AccessTokenOf(grant)).Message);
        Assert.Equal("The disk is gone.", Assert.Throws<GrantStoreException>(() => gateway.Seal(grant, Token, null, "{}")).Message);
    }

    [Fact]
    public async Task F40_without_a_key_nothing_is_sealed()
    {
        using var store = await _folder.OpenAsync();
        using var protection = new RingProtection(store, new EncryptionKeys(), LoggerFactory.Create(_ => { }));
        Assert.Contains("set Gateway:OAuth:EncryptionKey",
            Assert.Throws<KeyRingException>(() => new GrantSealer(protection).Seal("1", SealedColumn.Profile, "{}")).Message);
        Assert.Single(store.ReadRing());
    }

    [Theory]
    [InlineData("<expirationDate>", "<expirationDate >")]
    [InlineData("AES_256_CBC", "AES_128_CBC")]
    [InlineData("signature=\"", "signature=\"AAAA")]
    [InlineData("signature=\"", "unsigned=\"")]
    [InlineData("<signed", "<!DOCTYPE x [<!ENTITY y \"z\">]><signed")]
    [InlineData("</signed>", "")]
    public async Task A90_a_ring_element_that_was_edited_is_refused(string part, string edited)
    {
        await SealedUnderAsync(SealedStore.Key);
        using var gateway = await OpenAsync();
        var (escapedPart, escapedEdit) = part.StartsWith("<exp", StringComparison.Ordinal)
            ? (new XText(part).ToString(), new XText(edited).ToString())
            : (part, edited);
        var element = Assert.Single(gateway.RingKeys);
        Assert.Contains(escapedPart, element.Xml);
        gateway.Store.WriteRing(element with { Xml = element.Xml.Replace(escapedPart, escapedEdit) });
        await AssertFailsAsync("was changed from outside, or is damaged", () => gateway.Guard.VerifyAsync(Stop));
        await AssertFailsAsync("was changed from outside, or is damaged", () => Task.FromResult(gateway.Seal(Grant("crm/acme"), Token, null, "{}")));
    }

    [Fact]
    public async Task A90_a_ring_key_that_somebody_else_added_is_refused_with_or_without_an_envelope()
    {
        await SealedUnderAsync(SealedStore.Key);
        using var gateway = await OpenAsync();
        var element = Assert.Single(gateway.RingKeys);
        var planted = RingSignature.Open(element, gateway.Keys).Content;
        gateway.Store.WriteRing(new RingElement("key-planted", planted.ToString()));
        await AssertFailsAsync("'key-planted' of the key ring in the grant store was changed from outside", () => gateway.Guard.VerifyAsync(Stop));
        gateway.Store.WriteRing(RingSignature.Sign("key-planted", planted, EncryptionKey.Of(SealedStore.OtherKey)));
        await AssertFailsAsync("is encrypted with a different key", () => gateway.Guard.VerifyAsync(Stop));
        gateway.Store.WriteRing(element with { Name = "key-planted" });
        await AssertFailsAsync("was changed from outside", () => gateway.Guard.VerifyAsync(Stop));
    }

    /// <summary>Sealed once and never again: if this fails, stores that are in use have become unreadable.</summary>
    [Fact]
    public async Task What_the_first_gateway_has_sealed_opens_in_every_later_one()
    {
        const string Name = "key-7b368e42-4265-4630-b4df-482aa27c89e8";
        var xml = """
            <signed key="7acc8d005c8f0f66" signature="lNWwNK0A7Zwie/ngmsu7TdtprALgf8C5KmlZ+VCSQC8=">
            &lt;key id="7b368e42-4265-4630-b4df-482aa27c89e8" version="1"&gt;&lt;creationDate&gt;2026-11-23T08:16:13.5647875Z&lt;/creationDate&gt;
            &lt;activationDate&gt;2026-11-23T08:16:13.5647875Z&lt;/activationDate&gt;&lt;expirationDate&gt;2027-02-21T08:16:13.5647875Z
            &lt;/expirationDate&gt;
            &lt;descriptor deserializerType="Microsoft.AspNetCore.DataProtection.AuthenticatedEncryption.ConfigurationModel
            .AuthenticatedEncryptorDescriptorDeserializer, Microsoft.
            AspNetCore.DataProtection, Version=10.0.0.0, Culture=neutral, PublicKeyToken=adb9793829ddae60"&gt;
            &lt;descriptor&gt;&lt;encryption algorithm="AES_256_CBC" /&gt;&lt;validation algorithm="HMACSHA256" /&gt;
            &lt;encryptedSecret decryptorType="NotionGateway.OAuth.Sealing.RingDecryptor, notion-gateway" xmlns="http://schemas.asp.net/2015/03/
            dataProtection"&gt;&lt;encryptedKey key="7acc8d005c8f0f66" xmlns=""&gt;
            utejd63WtjFogHqICTVzQirY2reQ3DUj5v+O69AW4Qrr5MsLG8wsCPpNl/lYPZZBsCiBdhej7UFfsY7M2f0HAuGunNnK6xTU6A86oIhAQHyrk4AdVyBGwcJF7HdDHwi5Vo0glyvjChMI
            VeVvlvdkqU6lbuzVudxIhcETnQP+qqCDztMbb9mZqD5Wl/hVC2EylYBZb+ejwkIYe1RWM8Clf/Mnf50v9Y4KjStlIdvSDRVO3w1jsJqt5AqPmC1Ro3I1wDXevwXy8Wg3KJeU4fWzzivQ
            b6hNtQxFReYk8CMCQqgo66ne5GjwICOddm0vyoV9fvD5tyEr/s66PFYfSr/hsInBTo0aUQT63u92FRBBHZ2zbm0VbpQ8pcdL0DViRxKNGW3UBvJyxkYoUA==
            &lt;/encryptedKey&gt;&lt;/encryptedSecret&gt;&lt;/descriptor&gt;&lt;/descriptor&gt;&lt;/key&gt;</signed>
            """.ReplaceLineEndings("");
        const string Sealed =
            "CfDJ8EKONntlQjBGtN9IKqJ8iehdXZYd7n6V4WkFCH6SB69bFvS2389EYw/aJCGVQx3FZQElMC2kJBIYii0XztFi0vDFsftp9S260kiMGJfhicfD2xQWRmi9NmsIVOA9ay2J3w==";
        using var gateway = await OpenAsync();
        gateway.Store.WriteRing(new RingElement(Name, xml));
        Assert.Equal(Token, gateway.Sealer.Open("id of crm/acme", SealedColumn.AccessToken, Convert.FromBase64String(Sealed)));
    }

    [Fact]
    public async Task A_stored_ring_key_names_no_version_of_the_gateway()
    {
        await SealedUnderAsync(SealedStore.Key);
        using var gateway = await OpenAsync();
        var encrypted = RingSignature.Open(Assert.Single(gateway.RingKeys), gateway.Keys).Content.Descendants()
            .Single(element => element.Name.LocalName == "encryptedSecret");
        Assert.Equal("NotionGateway.OAuth.Sealing.RingDecryptor, notion-gateway", encrypted.Attribute("decryptorType")!.Value);
        Assert.Equal(typeof(RingDecryptor), Type.GetType(RingDecryptor.StoredName));
    }

    [Fact]
    public async Task Sealing_says_nothing_secret_and_nothing_loud_in_the_logs()
    {
        using var gateway = await OpenAsync();
        var grant = gateway.Seal(Grant("crm/acme"), Token, null, "{}");
        grant.Secrets.AccessToken[^1] ^= 1;
        Assert.Throws<SealBrokenException>(() => gateway.AccessTokenOf(grant));
        var lines = gateway.Logs.GetSnapshot();
        Assert.NotEmpty(lines);
        Assert.DoesNotContain(lines, line => line.Level >= LogLevel.Warning);
        Assert.DoesNotContain(lines, line => $"{line.Message} {line.Exception}".Contains(Token) || line.Message.Contains("<value>"));
    }

    private static async Task AssertFailsAsync(string words, Func<Task> attempt) =>
        Assert.Contains(words, (await Assert.ThrowsAsync<KeyRingException>(attempt)).Message);

    private Task<SealedStore> OpenAsync(string key = SealedStore.Key, string? previous = null) => SealedStore.OpenAsync(_folder.FilePath, key, previous);

    private async Task<Grant> SealedUnderAsync(string key)
    {
        using var gateway = await OpenAsync(key);
        return gateway.Seal(Grant("crm/acme"), Token, null, "{}");
    }

    /// <summary>A ring of which others' elements are not seen at first.</summary>
    private sealed class LateRing(SqliteGrantStore store) : IKeyRingStore
    {
        private readonly HashSet<string> _own = [];

        public bool IsLate { get; set; } = true;

        public IReadOnlyList<RingElement> ReadRing() => [.. store.ReadRing().Where(element => !IsLate || _own.Contains(element.Name))];

        public void WriteRing(RingElement element)
        {
            _own.Add(element.Name);
            store.WriteRing(element);
        }
    }

    private sealed class BrokenRing : IKeyRingStore
    {
        public IReadOnlyList<RingElement> ReadRing() => throw new GrantStoreException("The disk is gone.");

        public void WriteRing(RingElement element) => throw new GrantStoreException("The disk is gone.");
    }
}
