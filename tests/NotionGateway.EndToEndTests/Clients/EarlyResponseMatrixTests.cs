using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>
/// A body over the bound is refused before its end. Clients differ in how they notice: at the gateway each of them sees the 413 every
/// time, and so never less often than at nginx. The counts are printed.
/// </summary>
[Trait("Category", "Long")]
public sealed class EarlyResponseMatrixTests(EarlyResponseServers servers) : IClassFixture<EarlyResponseServers>
{
    private const int Runs = 5;

    [Fact]
    public Task The_fetch_of_Node_sees_it() => SeesAsync("node", [Script("fetch.mjs")]);

    [Fact]
    public Task The_official_SDK_sees_it() => SeesAsync("node", [Script("sdk.mjs")], framings: ["length"]);

    [Fact]
    public Task Http_client_of_Python_sees_it() => SeesAsync("/usr/bin/python3", [Script("http_client.py")]);

    [Fact]
    public Task Httpx_sees_it() => SeesAsync("/usr/bin/python3", [Script("with_httpx.py")]);

    [Fact]
    public Task Httpx_sees_it_over_HTTP_2() => SeesAsync("/usr/bin/python3", [Script("with_httpx.py")], http2: true, more: ["http2"]);

    [Fact]
    public Task Curl_sees_it() => SeesAsync("sh", [Script("curl.sh")]);

    [Fact]
    public Task Curl_sees_it_over_HTTP_2() => SeesAsync("sh", [Script("curl.sh")], http2: true, more: ["--http2-prior-knowledge"]);

    [Fact]
    public Task HttpURLConnection_of_Java_sees_it() => SeesAsync("java", [Script("Early.java")]);

    [Fact]
    public Task HttpClient_of_Java_sees_it() => SeesAsync("java", [Script("Early.java")], more: ["client"]);

    private static string Script(string name) => GatewayForClients.Parts("clients", "early", name);

    private async Task SeesAsync(string program, string[] script, string[]? framings = null, bool http2 = false, string[]? more = null)
    {
        var missed = new List<string>();
        foreach (var (what, target, type, length) in new[]
        {
            ("JSON of 5 MiB", "/v1/pages", "application/json", 5 * EarlyResponseServers.JsonBound),
            ("upload of 30 MiB", $"/v1/file_uploads/{The.PageId}/send", "multipart/form-data; boundary=b", 30 * 1024 * 1024),
        })
        {
            foreach (var framing in framings ?? ["length", "chunked"])
            {
                var seen = new Dictionary<string, string[]>();
                foreach (var ((server, speaksHttp2), address) in servers.Addresses)
                {
                    if (speaksHttp2 != http2 || (server == EarlyResponseServers.Storing && type == "application/json"))
                    {
                        continue; // nginx stores JSON in any case.
                    }

                    string[] call = [new Uri(address, target).ToString(), The.Key, type, $"{length}", framing, $"{Runs}"];
                    var (_, output) = await RunningProgram.RunAsync(program, [.. script, .. call, .. more ?? []]);
                    seen[server] = [.. output.Split('\n').Where(line => line.Length > 0)];
                }

                var row = $"{what}, {framing}: {string.Join(" | ", seen.Select(at => $"{at.Key} {Summary(at.Value)}"))}";
                TestContext.Current.TestOutputHelper!.WriteLine(row);
                if (Count413(seen["gateway"]) < Runs)
                {
                    missed.Add(row);
                }
            }
        }

        Assert.Empty(missed);
    }

    private static int Count413(string[] lines) => lines.Count(line => line == "413");

    /// <summary>How often 413 was seen, and what else.</summary>
    private static string Summary(string[] lines) =>
        string.Join(", ", lines.CountBy(line => line).OrderBy(line => line.Key == "413" ? 0 : 1).Select(line => $"{line.Value} × {line.Key}"));
}
