using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Access;

public sealed class KeyHashesTests
{
    private const string Hash = "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";
    private const string Setting = "Gateway:Access:Callers:crm:KeyHashes";

    [Fact]
    public void Every_hash_is_a_key() =>
        Assert.Equal([KeyDigest.Of("key"), KeyDigest.Of("other")], Read(Hash, KeyDigest.Of("other").ToString()).Keys);

    [Theory]
    [InlineData("plain-text")]
    [InlineData("2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683")]
    public void What_is_no_hash_is_an_error_that_does_not_repeat_it(string text)
    {
        var error = Assert.Single(Read(Hash, text).Errors);
        Assert.Equal(Setting, error.Path);
        Assert.Contains("sha256: and 64 hex digits", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(text, error.Message, StringComparison.Ordinal);
    }

    private static (IReadOnlyList<KeyDigest> Keys, IReadOnlyList<SettingError> Errors) Read(params string[] hashes)
    {
        var (settings, errors, _) = Configured.Read([.. hashes.Select((hash, index) => ($"{Setting}:{index}", (string?)hash))]);
        return (settings.Access.Callers.Single().Keys, errors);
    }
}
