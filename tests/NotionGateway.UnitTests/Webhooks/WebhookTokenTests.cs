using System.Security.Cryptography;
using System.Text;
using NotionGateway.Webhooks;

namespace NotionGateway.UnitTests.Webhooks;

/// <summary>A signature is good for exactly the bytes that were signed, with exactly this token.</summary>
public sealed class WebhookTokenTests
{
    private const string Value = "secret_TheVerificationTokenOfATest0123456789abcde";
    private const string Body = """{"id":"1", "type":"page.created"}""";

    private readonly WebhookToken _token = new(Value);

    [Fact]
    public void The_signature_of_these_bytes_is_good() => Assert.True(_token.Signs(Encoding.UTF8.GetBytes(Body), Signature()));

    [Fact]
    public void Its_hex_digits_may_be_upper_case() =>
        Assert.True(_token.Signs(Encoding.UTF8.GetBytes(Body), "sha256=" + Signature()["sha256=".Length..].ToUpperInvariant()));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256=")]
    [InlineData("sha256=zz")]
    [InlineData("SHA256")]
    public void What_is_no_signature_is_not_good(string? signature) => Assert.False(_token.Signs(Encoding.UTF8.GetBytes(Body), signature));

    [Fact]
    public void A_changed_signature_is_not_good()
    {
        var right = Signature();
        var last = right[^1] == '0' ? '1' : '0';
        Assert.All(
            [right[..^1] + last, right[..^1], right + "0", right["sha256=".Length..], "sha1=" + right["sha256=".Length..], right[..^1] + "g", " " + right],
            wrong => Assert.False(_token.Signs(Encoding.UTF8.GetBytes(Body), wrong), wrong));
    }

    [Fact]
    public void The_signature_of_another_token_or_of_other_bytes_is_not_good()
    {
        Assert.False(new WebhookToken(Value + "x").Signs(Encoding.UTF8.GetBytes(Body), Signature()));
        Assert.False(_token.Signs(Encoding.UTF8.GetBytes(Body.Replace(" ", "")), Signature()));
        Assert.False(_token.Signs([], Signature()));
    }

    [Fact]
    public void It_does_not_print_itself() => Assert.Equal("[redacted]", $"{_token}");

    private static string Signature() =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Value), Encoding.UTF8.GetBytes(Body)));
}
