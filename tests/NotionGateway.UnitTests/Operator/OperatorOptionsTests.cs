using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator;

public sealed class OperatorOptionsTests
{
    private const string Path = "Gateway:Operator:KeyHashes";

    private static readonly string Hash = KeyDigest.Of(The.OperatorKey).ToString();

    [Fact]
    public void Without_keys_there_is_no_operator() => Assert.False(Configured.Read().Settings.Operator.IsOn);

    [Fact]
    public void Keys_are_read_as_those_of_callers_are()
    {
        var options = Configured.Read(($"{Path}:0", Hash), ($"{Path}:1", KeyDigest.Of(The.OtherKey).ToString())).Settings.Operator;

        Assert.True(options.IsOn);
        Assert.Equal([KeyDigest.Of(The.OperatorKey), KeyDigest.Of(The.OtherKey)], options.Keys);
    }

    [Theory]
    [InlineData("KeyHashes:0", "ngw_aKeyInClearText00000000000000000000000000000", Path, "never the key itself")]
    [InlineData("KeyHashes:0", "", $"{Path}:0", "empty")]
    [InlineData("KeyHashes", "sha256:00", Path, "write a list")]
    [InlineData("Keys:0", "x", "Gateway:Operator:Keys", "not a setting")]
    public void What_is_wrong_is_said_with_its_path_and_without_its_value(string setting, string value, string where, string what)
    {
        var errors = Configured.Read(($"Gateway:Operator:{setting}", value)).Errors;

        Assert.Contains(errors, error => error.Path == where && error.Message.Contains(what));
        Assert.DoesNotContain(errors, error => error.ToString().Contains("InClearText"));
    }

    [Fact]
    public void The_same_hash_twice_is_an_error() =>
        Assert.Contains(Configured.Read(($"{Path}:0", Hash), ($"{Path}:1", Hash)).Errors, error => error.Path == Path && error.Message.Contains("twice"));

    [Fact]
    public void A_viewer_alone_opens_the_listener_and_its_key_is_no_operators_and_no_callers()
    {
        Assert.True(Configured.Read(("Gateway:Operator:ViewerKeyHashes:0", Hash)).Settings.Operator.IsOn);
        Assert.Contains(
            Configured.Read(("Gateway:Operator:ViewerKeyHashes:0", Hash), ($"{Path}:0", Hash)).Errors,
            error => error.Path == "Gateway:Operator:ViewerKeyHashes" && error.Message.Contains("same hash as KeyHashes"));
        Assert.Contains(
            Configured.Read(("Gateway:Operator:ViewerKeyHashes:0", Hash), ("Gateway:Access:Callers:crm:KeyHashes:1", Hash)).Errors,
            error => error.Path == "Gateway:Access:Callers:crm:KeyHashes" && error.Message.Contains("Gateway:Operator:ViewerKeyHashes"));
    }

    [Fact]
    public void An_identity_alone_opens_the_listener_with_an_audience_that_is_no_callers()
    {
        (string, string?)[] right =
        [
            ("Gateway:Access:Issuers:corp:Issuers:0", "https://issuer.example"), ("Gateway:Access:Issuers:corp:Audiences:0", "notion-gateway"),
            ("Gateway:Operator:Identities:ann:Issuer", "corp"), ("Gateway:Operator:Identities:ann:Subject", "ann"),
            ("Gateway:Operator:Audiences:0", "notion-gateway-operator"),
        ];
        var read = Configured.Read(right);
        Assert.Empty(read.Errors);
        Assert.True(read.Settings.Operator.IsOn);
        Assert.False(read.Settings.Operator.Identities.Single().IsViewer);

        Assert.Contains("is required by Identities", ErrorOf("Gateway:Operator:Audiences", [.. right, ("Gateway:Operator:Audiences:0", null)]));
        Assert.Contains("for callers", ErrorOf("Gateway:Operator:Audiences", [.. right, ("Gateway:Operator:Audiences:0", "notion-gateway")]));
        Assert.Contains("no effect", ErrorOf("Gateway:Operator:Audiences", ("Gateway:Operator:Audiences:0", "notion-gateway-operator")));
        Assert.Contains("not among", ErrorOf("Gateway:Operator:Identities:ann:Issuer", [.. right, ("Gateway:Operator:Identities:ann:Issuer", "x")]));
        Assert.Contains(
            "not a setting", ErrorOf("Gateway:Operator:Identities:ann:Certificate", [.. right, ("Gateway:Operator:Identities:ann:Certificate", "dns:x")]));
        Assert.Contains("bound to 'ann' too", ErrorOf(
            "Gateway:Operator:Identities:bob:Subject",
            [.. right, ("Gateway:Operator:Identities:bob:Issuer", "corp"), ("Gateway:Operator:Identities:bob:Subject", "ann")]));
    }

    [Theory]
    [InlineData("https://gateway.example.com", true)]
    [InlineData("http://localhost:9000", true)]
    [InlineData("http://gateway.example.com", false)]
    [InlineData("https://gateway.example.com/page", false)]
    [InlineData("https://me@gateway.example.com", false)]
    [InlineData("gateway.example.com", false)]
    public void The_public_address_is_one_whose_secrets_browsers_keep(string url, bool isRight)
    {
        var read = Configured.Read(($"{Path}:0", Hash), ("Gateway:Operator:PublicUrl", url));

        Assert.Equal(isRight, read.Settings.Operator.PublicUrl is not null);
        Assert.Equal(isRight, !read.Errors.Any(error => error.Path == "Gateway:Operator:PublicUrl"));
    }

    private static string ErrorOf(string path, params (string Path, string? Value)[] settings) =>
        string.Join("; ", Configured.Read(settings).Errors.Where(error => error.Path == path).Select(error => error.Message));

    [Fact]
    public void No_key_opens_both_doors()
    {
        var errors = Configured.Read(($"{Path}:0", Hash), ("Gateway:Access:Callers:crm:KeyHashes:1", Hash)).Errors;

        Assert.Contains(errors, error => error.Path == "Gateway:Access:Callers:crm:KeyHashes" && error.Message.Contains(Path));
    }
}
