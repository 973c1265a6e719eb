using NotionGateway.Cli;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>What the commands say of issuers and of a token in a file.</summary>
public sealed class TokenCommandTests : IDisposable
{
    private const string Issuer = "Gateway__Access__Issuers__corp";
    private const string Caller = "Gateway__Access__Callers__crm";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
    private readonly ClosedPort _notion = new();
    private readonly TestIssuer _issuer = new(TimeProvider.System);
    private readonly FakeEnvironment _environment;
    private readonly StringWriter _output = new();

    public TokenCommandTests()
    {
        File.WriteAllText(At("keys.json"), _issuer.Document);
        _environment = new FakeEnvironment
        {
            ["NOTION_TOKEN"] = The.NotionToken,
            ["Gateway__Forwarding__Upstream"] = _notion.Address.GetLeftPart(UriPartial.Authority),
            ["Gateway__Forwarding__AllowInsecureUpstream"] = "true",
            [$"{Issuer}__Issuers__0"] = TestIssuer.Value,
            [$"{Issuer}__Audiences__0"] = TestIssuer.Audience,
            [$"{Issuer}__KeysFile"] = At("keys.json"),
            [$"{Caller}__Identities__production__Issuer"] = "corp",
            [$"{Caller}__Identities__production__Subject"] = TestIssuer.Subject,
        };
    }

    [Fact]
    public async Task Explain_shows_each_check_of_a_token_and_what_its_caller_may_do()
    {
        var token = _issuer.Token();
        Assert.Equal(ExitCode.Done, await ExplainAsync(token));
        foreach (var line in new[]
        {
            "form        ✓", "issuer      ✓ corp", "key         ✓ rsa RSA", "signature   ✓", "type        ✓", "audience    ✓", "times       ✓",
            "caller      ✓ crm, by Identities:production", "claim       sub: \"system:serviceaccount:crm:sync\"", "decision    allowed",
        })
        {
            Assert.Contains(line, _output.ToString());
        }

        Assert.DoesNotContain(token, _output.ToString());
        Assert.All(token.Split('.'), part => Assert.DoesNotContain(part, _output.ToString()));
    }

    [Theory]
    [InlineData("aud", "audience    ✗ token_audience", "signature   ✓")]
    [InlineData("sub", "caller      ✗ identity_unknown", "times       ✓")]
    [InlineData("iss", "issuer      ✗ token_issuer", "form        ✓")]
    public async Task It_ends_with_the_check_that_fails(string claim, string fails, string holds)
    {
        Assert.Equal(ExitCode.Failed, await ExplainAsync(_issuer.Token(claims: [(claim, "another")])));
        Assert.Contains(fails, _output.ToString());
        Assert.Contains(holds, _output.ToString());
        Assert.DoesNotContain("decision", _output.ToString());
    }

    [Fact]
    public async Task A_forged_token_and_keys_that_cannot_be_read_are_told_as_such()
    {
        Assert.Equal(ExitCode.Failed, await ExplainAsync(_issuer.Token(key: TestIssuer.OtherRsa)));
        Assert.Contains("signature   ✗ token_signature", _output.ToString());

        File.Delete(At("keys.json"));
        Assert.Equal(ExitCode.Failed, await ExplainAsync(_issuer.Token()));
        Assert.Contains("key         ✗ issuer_unavailable", _output.ToString());
        Assert.Contains($"its keys cannot be read from {At("keys.json")}: the file cannot be read", _output.ToString());
    }

    [Fact]
    public async Task What_is_no_token_or_names_no_sender_is_a_wrong_command()
    {
        Assert.Equal(ExitCode.Misconfigured, await ExplainAsync(The.Key));
        Assert.Contains("holds no token", _output.ToString());
        Assert.DoesNotContain(The.Key, _output.ToString());
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("explain", "GET", "/v1/users/me"));
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("explain", "--caller", "crm", "--token-file", At("token"), "GET", "/v1/users/me"));
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("explain", "--token-file", At("none"), "GET", "/v1/users/me"));
    }

    [Fact]
    public async Task Check_names_the_issuers_and_with_a_probe_their_keys()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("check"));
        Assert.Contains($"issuer      corp: audience {TestIssuer.Audience}, keys from {At("keys.json")}", _output.ToString());
        _ = await RunAsync("check", "--probe");
        Assert.Contains("probe       issuer corp: keys rsa RSA, p256 P-256, p384 P-384, p521 P-521", _output.ToString());

        await File.WriteAllTextAsync(At("keys.json"), "{}");
        Assert.Equal(ExitCode.Failed, await RunAsync("check", "--probe"));
        Assert.Contains("probe       issuer corp: the document has no list of keys", _output.ToString());
    }

    public void Dispose()
    {
        _notion.Dispose();
        _folder.Delete(recursive: true);
    }

    private string At(string name) => Path.Combine(_folder.FullName, name);

    private async Task<int> ExplainAsync(string content)
    {
        await File.WriteAllTextAsync(At("token"), content + "\n");
        return await RunAsync("explain", "--token-file", At("token"), "GET", "/v1/users/me");
    }

    private Task<int> RunAsync(params string[] arguments) => GatewayCommands.InvokeAsync(arguments, _environment, _output, _output);
}
