using System.Text;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Keys;

/// <summary>A document of keys: its limits exactly, what is said of a wrong one, and which keys are the same as before.</summary>
public sealed class KeySetTests
{
    [Theory]
    [InlineData("<html>", "the document of keys is not JSON")]
    [InlineData("[]", "the document has no list of keys")]
    [InlineData("{}", "the document has no list of keys")]
    [InlineData("""{"keys":{}}""", "the document has no list of keys")]
    [InlineData(
        """{"keys":[]}""", "the document has no key that can be used: RSA of at least 2048 bits, or P-256, P-384 or P-521, for signatures")]
    public void What_is_wrong_with_a_document_is_said(string document, string problem)
    {
        Assert.Null(Parse(document, null, out var said));
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData(256 * 1024, null)]
    [InlineData((256 * 1024) + 1, "the document of keys has more than 256 KiB")]
    public void A_document_has_256_KiB_at_most(int length, string? problem) =>
        AssertIsRead(Document(new TestKey("p256", TestIssuer.P256)).PadRight(length), problem);

    [Theory]
    [InlineData(100, null)]
    [InlineData(101, "the document has more than 100 keys")]
    public void A_document_has_100_keys_at_most(int keys, string? problem) =>
        AssertIsRead(Document([.. Enumerable.Range(0, keys).Select(number => new TestKey($"{number}", TestIssuer.P256))]), problem);

    [Fact]
    public void A_key_that_is_published_again_stays_the_same_object_and_another_one_under_its_id_does_not()
    {
        var first = Parse(Document(new TestKey("a", TestIssuer.P256), new TestKey("b", TestIssuer.Rsa)), null, out _)!;
        var second = Parse(Document(new TestKey("b", TestIssuer.Rsa), new TestKey("a", TestIssuer.P256)), first, out _)!;
        Assert.Equal(first.Keys.Reverse(), second.Keys);

        var third = Parse(Document(new TestKey("a", TestIssuer.OtherP256), new TestKey("b", TestIssuer.OtherRsa)), second, out _)!;
        Assert.All(third.Keys, key => Assert.False(second.Has(key)));
        var fourth = Parse(Document(new TestKey("a", TestIssuer.OtherP256) { Members = [("alg", "ES256")] }), third, out _)!;
        Assert.False(third.Has(fourth.Keys.Single()));
    }

    private static void AssertIsRead(string document, string? problem)
    {
        Assert.Equal(problem is null, Parse(document, null, out var said) is not null);
        Assert.Equal(problem ?? "", said);
    }

    private static string Document(params TestKey[] keys) => $$"""{"keys":[{{string.Join(',', keys.Select(key => key.Published().ToJsonString()))}}]}""";

    private static KeySet? Parse(string document, KeySet? previous, out string problem) =>
        KeySet.Parse(Encoding.UTF8.GetBytes(document), previous, out problem);
}
