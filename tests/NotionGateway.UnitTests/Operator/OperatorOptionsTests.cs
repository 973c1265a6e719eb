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
    public void No_key_opens_both_doors()
    {
        var errors = Configured.Read(($"{Path}:0", Hash), ("Gateway:Access:Callers:crm:KeyHashes:1", Hash)).Errors;

        Assert.Contains(errors, error => error.Path == "Gateway:Access:Callers:crm:KeyHashes" && error.Message.Contains(Path));
    }
}
