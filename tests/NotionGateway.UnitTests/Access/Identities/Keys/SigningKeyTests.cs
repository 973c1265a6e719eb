using System.Buffers.Text;
using System.Text.Json;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Keys;

/// <summary>Which published key may sign tokens: its size, its exponent and what it says that it is for.</summary>
public sealed class SigningKeyTests
{
    private const string Exponent = "AQAB";

    [Theory]
    [InlineData(2047, false)]
    [InlineData(2048, true)]
    [InlineData(8192, true)]
    [InlineData(8193, false)]
    public void A_modulus_has_2048_to_8192_bits(int bits, bool isKept)
    {
        var modulus = new byte[(bits + 7) / 8];
        modulus[0] = (byte)(1 << ((bits - 1) % 8));
        Assert.Equal(isKept, Rsa(Base64Url.EncodeToString(modulus), Exponent) is not null);
        Assert.Equal(isKept, Rsa(Base64Url.EncodeToString([0, 0, .. modulus]), Exponent) is not null);
    }

    [Theory]
    [InlineData("00", false)]
    [InlineData("01", false)]
    [InlineData("02", false)]
    [InlineData("03", true)]
    [InlineData("010001", true)]
    [InlineData("00010001", true)]
    [InlineData("010000", false)]
    [InlineData("FFFFFFFFFFFFFFFF", true)]
    [InlineData("01FFFFFFFFFFFFFFFF", false)]
    public void An_exponent_is_odd_more_than_1_and_has_64_bits_at_most(string exponent, bool isKept) =>
        Assert.Equal(isKept, Rsa(Modulus, Base64Url.EncodeToString(Convert.FromHexString(exponent))) is not null);

    [Theory]
    [InlineData("AA")]
    [InlineData("")]
    [InlineData(null)]
    public void A_modulus_of_nothing_is_no_key(string? modulus) => Assert.Null(Rsa(modulus, Exponent));

    [Fact]
    public void An_exponent_of_nothing_is_no_key() => Assert.Null(Rsa(Modulus, ""));

    [Theory]
    [InlineData("\"use\":\"sig\"", true)]
    [InlineData("\"use\":\"jwt-svid\"", true)]
    [InlineData("\"use\":\"x509-svid\"", false)]
    [InlineData("\"use\":\"enc\"", false)]
    [InlineData("\"use\":\"\"", false)]
    [InlineData("\"use\":[\"sig\"]", false)]
    [InlineData("\"use\":null", false)]
    [InlineData("\"key_ops\":[\"verify\"]", true)]
    [InlineData("\"key_ops\":[\"sign\",\"verify\"]", true)]
    [InlineData("\"key_ops\":[1,\"verify\"]", true)]
    [InlineData("\"key_ops\":[\"sign\"]", false)]
    [InlineData("\"key_ops\":[1]", false)]
    [InlineData("\"key_ops\":[]", false)]
    [InlineData("\"key_ops\":\"verify\"", false)]
    [InlineData("\"key_ops\":{\"verify\":true}", false)]
    [InlineData("\"use\":\"sig\",\"key_ops\":[\"encrypt\"]", false)]
    [InlineData("\"use\":\"enc\",\"key_ops\":[\"verify\"]", false)]
    [InlineData("\"alg\":\"RS512\"", true)]
    [InlineData("\"alg\":\"RSA-OAEP\"", false)]
    [InlineData("\"alg\":null", false)]
    [InlineData("\"kid\":7", false)]
    [InlineData("\"kid\":null", false)]
    public void A_key_is_kept_only_if_all_that_it_says_allows_signatures(string members, bool isKept) => Assert.Equal(isKept, Read(members) is not null);

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("{}")]
    public void What_is_no_object_with_a_kind_is_no_key(string json) => Assert.Null(SigningKey.Read(JsonElement.Parse(json)));

    [Fact]
    public void A_key_is_shown_by_its_id_and_what_it_is_for()
    {
        Assert.Equal("(no kid) RSA", Read("\"x\":1")?.ToString());
        Assert.Equal("one RSA", Read("\"kid\":\"one\"")?.ToString());
        Assert.Equal("one RS512", Read("\"kid\":\"one\",\"alg\":\"RS512\"")?.ToString());
        Assert.Equal("p384 P-384", SigningKey.Read(JsonElement.Parse(new TestKey("p384", TestIssuer.P384).Published().ToJsonString()))?.ToString());
    }

    private static string Modulus => new TestKey("rsa", TestIssuer.Rsa).Published()["n"]!.GetValue<string>();

    private static SigningKey? Rsa(string? modulus, string? exponent) => SigningKey.Read(JsonElement.Parse(
        new TestKey("rsa", TestIssuer.Rsa) { Members = [("n", modulus), ("e", exponent)] }.Published().ToJsonString()));

    private static SigningKey? Read(string members) =>
        SigningKey.Read(JsonElement.Parse($$"""{"kty":"RSA","n":"{{Modulus}}","e":"{{Exponent}}",{{members}}}"""));
}
