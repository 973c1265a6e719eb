using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests;

/// <summary>Ids of properties as Notion hands them out, and as clients encode them again, through the official JavaScript SDK.</summary>
public sealed class SdkPropertyIdTests
{
    private static readonly string Script = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "sdk", "property-ids.mjs");

    private static readonly string[] Ids =
    [
        "title", "%2F7eo", "%25s9", "a%20b", "jsI:", "a@b", "a=b", "$Pb", "a,b", "%2Eb", "%C3%BC",
        "t%257B%257Di", "F%7C_%3E", "zl%7Da", "a;b&c+d", "!~*'()-_",
    ];

    [Fact]
    public async Task They_reach_Notion_as_the_SDK_has_written_them()
    {
        await using var upstream = new RecordingUpstream();
        await using var program = await RunningProgram.StartAsync(
            [],
            [
                .. RunningProgram.Unhurried,
                ("NOTION_TOKEN", The.NotionToken),
                ("GATEWAY_KEY", The.Key),
                ("Gateway__Forwarding__Upstream", upstream.Address.GetLeftPart(UriPartial.Authority)),
                ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                ("Gateway__Credentials__default__VerifyToken", "false"),
            ]);

        var (exitCode, output) = await RunningProgram.RunAsync(
            "node", [Script, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--auth", The.Key, "--page", The.PageId, .. Ids]);

        Assert.True(exitCode == 0, output);
        Assert.Equal(Ids.Select(id => $"/v1/pages/{The.PageId}/properties/{id}"), upstream.Requests.Select(request => request.Target));
    }
}
