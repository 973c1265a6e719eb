using NotionGateway.Access;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Access;

public sealed class KeyringTests
{
    [Fact]
    public void Each_of_a_callers_keys_finds_it()
    {
        var crm = Some.Caller("crm");
        var wiki = Some.Caller("wiki");
        var keyring = new Keyring([(KeyDigest.Of("first"), crm), (KeyDigest.Of("second"), crm), (KeyDigest.Of("third"), wiki)]);

        Assert.Same(crm, keyring.Find(KeyDigest.Of("first")));
        Assert.Same(crm, keyring.Find(KeyDigest.Of("second")));
        Assert.Same(wiki, keyring.Find(KeyDigest.Of("third")));
    }

    [Theory]
    [InlineData("First")]
    [InlineData("first ")]
    [InlineData("firs")]
    [InlineData("")]
    public void Any_other_text_finds_nobody(string key) =>
        Assert.Null(new Keyring([(KeyDigest.Of("first"), Some.Caller("crm"))]).Find(KeyDigest.Of(key)));

    [Fact]
    public void A_hundred_thousand_keys_are_found_as_one_is()
    {
        var callers = Enumerable.Range(0, 1000).Select(index => Some.Caller($"caller-{index}")).ToArray();
        var keyring = new Keyring(Enumerable.Range(0, 100_000).Select(index => (KeyDigest.Of($"key-{index}"), callers[index % 1000])));

        Assert.Equal("caller-345", keyring.Find(KeyDigest.Of("key-12345"))!.Name);
        Assert.Null(keyring.Find(KeyDigest.Of("key-100000")));
    }

    [Fact]
    public void A_digest_reads_what_it_writes()
    {
        var digest = KeyDigest.Of("key");
        Assert.True(KeyDigest.TryParse(digest.ToString(), out var parsed));
        Assert.Equal(digest, parsed);
        Assert.Equal("sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683", digest.ToString());
    }

    [Theory]
    [InlineData("2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683")]
    [InlineData("sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b68")]
    [InlineData("sha256:zz70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683")]
    [InlineData("sha512:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683")]
    [InlineData("ngw_0123456789012345678901234567890123456789012")]
    public void What_is_not_a_digest_is_not_read(string text) => Assert.False(KeyDigest.TryParse(text, out _));
}
