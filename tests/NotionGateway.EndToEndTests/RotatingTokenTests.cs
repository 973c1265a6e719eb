using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.EndToEndTests;

/// <summary>A service whose platform replaces its token in a file, with the examples of the documentation.</summary>
public sealed class RotatingTokenTests
{
    /// <summary>What notion-client does with the client that it is given: the base URL with /v1/, headers of its own, and no Authorization.</summary>
    private const string StandIn = """
        class Client:
            def __init__(self, client, base_url):
                self.client = client
                self.client.base_url = f"{base_url}/v1/"
                self.client.headers = {"Notion-Version": "2025-09-03", "User-Agent": "stand-in"}

            def get(self, path):
                answer = self.client.get(path)
                return answer.json()["object"] if answer.status_code == 200 else answer.status_code
        """;

    private const string Caller = "Gateway__Access__Callers__job";
    private const string Issuer = "Gateway__Access__Issuers__corp";

    [Fact]
    public async Task One_client_uses_the_token_that_is_in_the_file_at_each_request()
    {
        var folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
        var tokens = new TestIssuer(TimeProvider.System);
        var (keys, first, second) = (Path.Combine(folder.FullName, "keys"), Path.Combine(folder.FullName, "first"), Path.Combine(folder.FullName, "second"));
        await File.WriteAllTextAsync(keys, tokens.Document);
        await File.WriteAllTextAsync(second, tokens.Token("ES256", "p256") + "\n");
        var script = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "from-docs-identities.mjs");
        await File.WriteAllTextAsync(script, Example("js") + """

            import { copyFile } from "node:fs/promises"
            for (const next of [null, process.argv[2]]) {
              if (next) await copyFile(next, process.env.NOTION_GATEWAY_TOKEN_FILE)
              console.log(await notion.users.me({}).then((me) => me.object, (error) => error.code))
            }
            """);
        var python = Path.Combine(folder.FullName, "from_docs.py");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "notion_client.py"), StandIn);
        await File.WriteAllTextAsync(python, Example("python") + """

            import shutil
            import sys
            for following in [None, sys.argv[1]]:
                if following:
                    shutil.copy(following, os.environ["NOTION_GATEWAY_TOKEN_FILE"])
                print(notion.get("users/me"))
            """);
        try
        {
            await using var program = await RunningProgram.StartAsync(["--sandbox"], [.. RunningProgram.Unhurried,
                ($"{Issuer}__Issuers__0", TestIssuer.Value), ($"{Issuer}__Audiences__0", TestIssuer.Audience), ($"{Issuer}__KeysFile", keys),
                ($"{Caller}__Identities__it__Issuer", "corp"), ($"{Caller}__Identities__it__Subject", TestIssuer.Subject),
                ($"{Caller}__Permissions__0", "all")]);

            foreach (var (command, file, before) in new[] { ("node", script, "unauthorized"), ("/usr/bin/python3", python, "401") })
            {
                await File.WriteAllTextAsync(first, tokens.Token("ES256", "p256", TestIssuer.OtherP256));
                var (exitCode, output) = await RunningProgram.RunAsync(
                    command, [file, second],
                    [("NOTION_GATEWAY_URL", program.Data.GetLeftPart(UriPartial.Authority)), ("NOTION_GATEWAY_TOKEN_FILE", first)]);

                Assert.True(exitCode == 0, output);
                Assert.Equal([before, "user"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(2));
            }
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
