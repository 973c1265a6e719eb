using System.Security.Cryptography;
using NotionGateway.OAuth.Sealing;

namespace NotionGateway.UnitTests.OAuth.Sealing;

public sealed class EncryptionKeyTests
{
    private static readonly EncryptionKey Key = EncryptionKey.Of(SealedStore.Key);

    [Fact]
    public void What_was_encrypted_decrypts_and_no_two_ciphertexts_are_the_same()
    {
        var (one, two) = (Key.Encrypt("secret"u8), Key.Encrypt("secret"u8));
        Assert.NotEqual(one, two);
        Assert.Equal("secret"u8, Key.Decrypt(one));
        Assert.Equal("secret"u8, EncryptionKey.Of(SealedStore.Key).Decrypt(two));
    }

    [Fact]
    public void A_changed_bit_a_short_text_and_another_key_do_not_decrypt()
    {
        var encrypted = Key.Encrypt("secret"u8);
        foreach (var position in Enumerable.Range(0, encrypted.Length))
        {
            var flipped = encrypted.ToArray();
            flipped[position] ^= 0x10;
            Assert.ThrowsAny<CryptographicException>(() => Key.Decrypt(flipped));
            Assert.ThrowsAny<CryptographicException>(() => Key.Decrypt(encrypted.AsSpan(0, position)));
        }

        Assert.ThrowsAny<CryptographicException>(() => EncryptionKey.Of(SealedStore.OtherKey).Decrypt(encrypted));
    }

    [Fact]
    public void Its_id_stays_and_is_another_for_another_key()
    {
        Assert.Equal("7acc8d005c8f0f66", Key.Id);
        Assert.Equal(Key.Id, EncryptionKey.Of(SealedStore.Key).Id);
        Assert.NotEqual(Key.Id, EncryptionKey.Of(SealedStore.OtherKey).Id);
    }

    [Fact]
    public void A_short_secret_is_refused_without_being_repeated()
    {
        var failure = Assert.Throws<KeyRingException>(() => EncryptionKey.Of("short-secret"));
        Assert.Contains("at least 32 characters", failure.Message);
        Assert.DoesNotContain("short-secret", failure.ToString());
        Assert.Throws<KeyRingException>(() => new EncryptionKeys().Provide(SealedStore.Key, "short-secret"));
    }

    [Fact]
    public void The_keys_are_provided_once_and_print_nothing_of_themselves()
    {
        var keys = new EncryptionKeys();
        keys.Provide(SealedStore.Key, SealedStore.OtherKey);
        Assert.Throws<InvalidOperationException>(() => keys.Provide(SealedStore.OtherKey, null));
        Assert.Equal(Key.Id, keys.Current.Id);
        Assert.NotNull(keys.Find(EncryptionKey.Of(SealedStore.OtherKey).Id));
        Assert.Null(keys.Find("another"));
        Assert.Equal("[encryption keys]", $"{keys}");
        Assert.Equal($"[encryption key {Key.Id}]", $"{Key}");
    }
}
