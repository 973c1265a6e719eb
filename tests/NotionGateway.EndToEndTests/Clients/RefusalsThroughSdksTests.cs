using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>
/// What the user of an SDK sees of the gateway's refusals: with each major version of the official one, for each reason, the SDK's API error with our sentence.
/// </summary>
public sealed class RefusalsThroughSdksTests
{
    private const int Sdks = 6;

    private static readonly string Script = GatewayForClients.Parts("sdk", "refusals.mjs");

    [Fact]
    public async Task Every_SDK_shows_the_sentence_of_every_reason()
    {
        await using var server = await RefusingServerAsync();

        var shown = await ShowAsync(new Uri(server.Urls.Single()), The.Key, [.. RefusalReason.All.Select(reason => reason.Name)]);

        Assert.Equal(Sdks * RefusalReason.All.Count, shown.Count);
        Assert.Equal(Sdks, shown.Select(error => error.Version).Distinct().Count());
        Assert.All(shown, error =>
        {
            var reason = RefusalReason.All.Single(one => one.Name == error.Name).ShownAs;
            Assert.Equal(("APIResponseError", reason.Code, reason.Status, SentenceFor(error.Name)), (error.Error, error.Code, error.Status, error.Message));
        });
    }

    [Fact]
    public async Task Every_SDK_shows_what_a_real_gateway_says_while_Notion_is_unreachable()
    {
        await using var program = await RunningProgram.StartAsync(
            [],
            ("NOTION_TOKEN", The.NotionToken),
            ("GATEWAY_KEY", The.Key),
            ("Gateway__Credentials__default__VerifyToken", "false"),
            ("Gateway__Forwarding__Upstream", $"http://127.0.0.1:{FreePort.Next()}"),
            ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
            ("Gateway__DrainDelay", "00:00:00"));

        var wrongKey = await ShowAsync(program.Data, The.OtherKey, [The.PageId]);
        var unreachable = await ShowAsync(program.Data, The.Key, [The.PageId]);

        Assert.Equal((Sdks, Sdks), (wrongKey.Count, unreachable.Count));
        Assert.All(wrongKey, error => Assert.Equal(("APIResponseError", "unauthorized", 401), (error.Error, error.Code, error.Status)));
        Assert.All(wrongKey, error => Assert.Contains("key", error.Message, StringComparison.Ordinal));
        Assert.All(unreachable, error => Assert.Equal(("APIResponseError", "service_unavailable", 502), (error.Error, error.Code, error.Status)));
        Assert.All(unreachable, error => Assert.Contains("Notion cannot be reached from the gateway", error.Message, StringComparison.Ordinal));
    }

    private static string SentenceFor(string reason) => $"The sentence for \"{reason}\": say it whole, and \u00e4s it is.";

    /// <summary>Refuses every request with the reason that is last in its path.</summary>
    private static async Task<WebApplication> RefusingServerAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(context =>
        {
            var name = context.Request.Path.Value!.Split('/')[^1];
            context.Features.Set(new GatewayRequest(Guid.NewGuid(), 0, context.RequestAborted));
            return context.RefuseAsync(new Refusal(RefusalReason.All.Single(reason => reason.Name == name), SentenceFor(name)));
        });
        await app.StartAsync();
        return app;
    }

    private static async Task<IReadOnlyList<Shown>> ShowAsync(Uri server, string key, string[] names)
    {
        string[] arguments = [Script, "--base-url", server.GetLeftPart(UriPartial.Authority), "--auth", key, .. names];
        var (exitCode, output) = await RunningProgram.RunAsync("node", arguments);
        Assert.True(exitCode == 0, output);
        return
        [
            .. output.Split('\n').Where(line => line.StartsWith("{\"version\":", StringComparison.Ordinal))
                .Select(line => JsonSerializer.Deserialize<Shown>(line, JsonSerializerOptions.Web)!),
        ];
    }

    /// <summary>One error as the SDK's user sees it.</summary>
    private sealed record Shown(string Version, string Name, string? Error, string? Code, int Status, string? Message);
}
