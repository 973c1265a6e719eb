using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>
/// The SDK repeats GET and DELETE twice when it gets <c>service_unavailable</c>, POST and PATCH never. Counted at Notion, where it matters.
/// </summary>
public sealed class SdkRepeatsTests
{
    private const int MaxAttempts = 4;
    private const int SdkRepeats = 2;

    private const string Unauthorized = """{"object":"error","status":401,"code":"unauthorized","message":"API token is invalid."}""";

    private static readonly string Script = GatewayForClients.Parts("sdk", "one-call.mjs");

    [Fact]
    public async Task In_an_outage_one_call_of_the_SDK_does_not_multiply_and_no_write_is_sent_twice()
    {
        await using var notion = new RecordingUpstream
        {
            Answer = request => IsProbe(request) ? RawResponse.Json("{}") : request.Method == "DELETE" ? new RawResponse().Hang() : new RawResponse().Reset(),
        };
        await using var program = await StartAsync(notion, ("Gateway__Forwarding__ResponseTimeout", "00:00:02"));

        var errors = await Task.WhenAll(new[] { "get", "post", "patch", "delete" }.Select(call => CallAsync(program, call)));

        Assert.All(errors, error => Assert.Contains("\"error\":\"APIResponseError\",\"code\":\"service_unavailable\"", error));
        Assert.InRange(Sent(notion, "GET"), 1 + SdkRepeats, MaxAttempts + SdkRepeats);
        Assert.Equal(1, Sent(notion, "POST"));
        Assert.Equal(1, Sent(notion, "PATCH"));
        Assert.Equal(1 + SdkRepeats, Sent(notion, "DELETE"));
    }

    [Fact]
    public async Task With_a_dead_token_nothing_of_the_call_is_sent()
    {
        var dead = false;
        await using var notion = new RecordingUpstream { Answer = _ => RawResponse.Json(Unauthorized, Volatile.Read(ref dead) ? 401 : 200) };
        await using var program = await StartAsync(notion);
        Volatile.Write(ref dead, true);
        var first = await CallAsync(program, "post");
        Assert.True(first.Contains("Notion rejects the token", StringComparison.Ordinal), first + program.Output);
        var before = Sent(notion, "GET");

        var error = await CallAsync(program, "get");

        Assert.Contains("Notion rejects the token", error);
        Assert.Equal(before, Sent(notion, "GET"));
    }

    private static bool IsProbe(RecordedRequest request) => request.Target == "/v1/users/me";

    private static int Sent(RecordingUpstream notion, string method) => notion.Requests.Count(request => request.Method == method && !IsProbe(request));

    private static Task<RunningProgram> StartAsync(RecordingUpstream notion, params (string Name, string Value)[] settings) => RunningProgram.StartAsync(
        [],
        [
            ("NOTION_TOKEN", The.NotionToken),
            ("GATEWAY_KEY", The.Key),
            ("Gateway__Forwarding__Upstream", notion.Address.GetLeftPart(UriPartial.Authority)),
            ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
            ("Gateway__DrainDelay", "00:00:00"),
            .. RunningProgram.Unhurried,
            .. settings,
        ]);

    private static async Task<string> CallAsync(RunningProgram program, string call)
    {
        string[] arguments = [Script, "--base-url", program.Data.GetLeftPart(UriPartial.Authority), "--auth", The.Key, "--call", call];
        var (exitCode, output) = await RunningProgram.RunAsync("node", arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
