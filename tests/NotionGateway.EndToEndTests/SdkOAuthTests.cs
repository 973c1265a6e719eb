using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>The official JavaScript SDK doing OAuth, unchanged but for its base URL; it never holds a Notion token.</summary>
public sealed class SdkOAuthTests
{
    private static readonly string Script = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "oauth.mjs");

    [Fact]
    public async Task An_application_does_OAuth_through_the_gateway_and_never_holds_a_token()
    {
        await using var notion = await PublicConnection.StartNotionAsync();
        var folder = Directory.CreateTempSubdirectory("notion-gateway-sdk-oauth-").FullName;
        await using var program = await RunningProgram.StartAsync([], PublicConnection.Settings(notion, folder));

        var (exitCode, output) = await RunningProgram.RunAsync("node",
        [
            Script, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--client-id", "crm", "--client-secret", The.Key,
            "--redirect-uri", PublicConnection.RedirectUri,
            "--notion", notion.BaseUrl.GetLeftPart(UriPartial.Authority),
        ]);

        Assert.True(exitCode == 0, output + program.Output);
        Assert.Contains("{\"done\":true}", output);
        Assert.Equal((1, 1, 2), (notion.OAuth.Calls.Exchange, notion.OAuth.Calls.Refresh, notion.OAuth.Calls.Revoke));
        var seen = output + program.Output;
        Assert.True(notion.OAuth.Secrets.Count >= 6);
        Assert.All(notion.OAuth.Secrets, secret => Assert.DoesNotContain(secret, seen));

        // A copy of the grants file shows none either.
        var stored = string.Concat(Directory.GetFiles(folder).Select(file => System.Text.Encoding.Latin1.GetString(File.ReadAllBytes(file))));
        Assert.All(notion.OAuth.Secrets.Append(The.EncryptionKey), secret => Assert.DoesNotContain(secret, stored));
    }
}
