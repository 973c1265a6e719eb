using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.EndToEndTests;

/// <summary>A service whose platform replaces its token in a file, with the example of the documentation and the official SDK.</summary>
public sealed class RotatingTokenTests
{
    private const string Caller = "Gateway__Access__Callers__job";
    private const string Issuer = "Gateway__Access__Issuers__corp";

    [Fact]
    public async Task One_client_of_the_SDK_uses_the_token_that_is_in_the_file_at_each_request()
    {
        var folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
        var tokens = new TestIssuer(TimeProvider.System);
        var (keys, first, second) = (Path.Combine(folder.FullName, "keys"), Path.Combine(folder.FullName, "first"), Path.Combine(folder.FullName, "second"));
        await File.WriteAllTextAsync(keys, tokens.Document);
        await File.WriteAllTextAsync(first, tokens.Token("ES256", "p256", TestIssuer.OtherP256));
        await File.WriteAllTextAsync(second, tokens.Token("ES256", "p256") + "\n");
        var script = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "from-docs-identities.mjs");
        await File.WriteAllTextAsync(script, Example("js") + """

            import { copyFile } from "node:fs/promises"
            for (const next of [null, process.argv[2]]) {
              if (next) await copyFile(next, process.env.NOTION_GATEWAY_TOKEN_FILE)
              console.log(await notion.users.me({}).then((me) => me.object, (error) => error.code))
            }
            """);
        try
        {
            await using var program = await RunningProgram.StartAsync(["--sandbox"], [.. RunningProgram.Unhurried,
                ($"{Issuer}__Issuers__0", TestIssuer.Value), ($"{Issuer}__Audiences__0", TestIssuer.Audience), ($"{Issuer}__KeysFile", keys),
                ($"{Caller}__Identities__it__Issuer", "corp"), ($"{Caller}__Identities__it__Subject", TestIssuer.Subject),
                ($"{Caller}__Permissions__0", "all")]);

            var (exitCode, output) = await RunningProgram.RunAsync(
                "node", [script, second],
                [("NOTION_GATEWAY_URL", program.Data.GetLeftPart(UriPartial.Authority)), ("NOTION_GATEWAY_TOKEN_FILE", first)]);

            Assert.True(exitCode == 0, output);
            Assert.Equal(["unauthorized", "user"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(2));
        }
        finally
        {
            File.Delete(script);
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The example in this language on the page.</summary>
    private static string Example(string language)
    {
        var page = Repository.Read("docs", "identities.md");
        var from = page.IndexOf($"```{language}\n", StringComparison.Ordinal) + language.Length + 4;
        return page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
    }
}
