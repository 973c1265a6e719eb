using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>The proxy that the environment names is ignored. Variables belong to a process, so this runs the program itself.</summary>
public sealed class EnvironmentProxyTests : IDisposable
{
    private static readonly string[] Upper = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
    private static readonly string[] Lower = ["http_proxy", "https_proxy", "all_proxy"];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("program");
    private readonly StringBuilder _said = new();

    [Theory]
    [InlineData(false, "upper")]
    [InlineData(true, "upper")]
    [InlineData(true, "lower")]
    [InlineData(true, "both, as many systems set them")]
    public async Task The_environments_proxy_is_asked_for_nothing(bool secure, string spelling)
    {
        using var authority = new PrivateAuthority();
        await using var notion = await PretendNotion.StartAsync(secure ? authority.Issue("localhost") : null);
        await using var proxy = new PretendProxy();
        var upstream = secure ? notion.Address() : notion.Address("127.0.0.1", "http");
        var (data, management) = (FreePort.Next(), FreePort.Next());
        using var program = Start(upstream, authority.PemFile, data, management, variables: (spelling switch
        {
            "upper" => Upper,
            "lower" => Lower,
            _ => Upper.Concat(Lower),
        }).Select(variable => (variable, proxy.Address.ToString())));
        try
        {
            using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false })
            {
                DefaultRequestHeaders = { { "Authorization", $"Bearer {The.Key}" } },
            };
            await UntilReadyAsync(client, program, management);
            using var response = await client.GetAsync($"http://127.0.0.1:{data}/v1/users");

            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            // The token is probed once, or again if the machine was too busy for the first time.
            Assert.Equal(["/v1/users", "/v1/users/me"], notion.Requests.Select(request => request.Target).Distinct().Order());
            Assert.Equal(0, proxy.Connections);
        }
        finally
        {
            program.Kill();
            await program.WaitForExitAsync();
        }
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task UntilReadyAsync(HttpClient client, Process program, int management)
    {
        for (var since = TimeProvider.System.GetTimestamp(); TimeProvider.System.GetElapsedTime(since) < SafetyNet.Timeout; await Task.Delay(50))
        {
            Assert.False(program.HasExited, $"The program ended: {Said()}");
            try
            {
                using var response = await client.GetAsync($"http://127.0.0.1:{management}/readyz");
                if (response.IsSuccessStatusCode)
                {
                    return;
                }
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }
        }

        Assert.Fail("The program did not become ready.");
    }

    private Process Start(Uri upstream, string extra, int data, int management, IEnumerable<(string Name, string Value)> variables)
    {
        var settings = Path.Combine(_folder.FullName, "gateway.json");
        File.WriteAllText(settings, JsonSerializer.Serialize(new
        {
            Kestrel = new { Endpoints = new { Data = new { Url = $"http://127.0.0.1:{data}" }, Management = new { Url = $"http://127.0.0.1:{management}" } } },
            Gateway = new
            {
                Forwarding = new { Upstream = upstream.GetLeftPart(UriPartial.Authority), AllowInsecureUpstream = true, ExtraCaFile = extra },
                Access = new { Callers = new { crm = new { KeyHashes = new[] { KeyDigest.Of(The.Key).ToString() } } } },
            },
        }));
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "notion-gateway"), ["--config", settings])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["NOTION_TOKEN"] = The.NotionToken;
        foreach (var variable in (string[])[.. Upper, .. Lower, "NO_PROXY", "no_proxy", "GATEWAY_INTERFACE"])
        {
            start.Environment.Remove(variable);
        }

        foreach (var (name, value) in variables)
        {
            start.Environment[name] = value;
        }

        var program = Process.Start(start)!;
        program.OutputDataReceived += Hear;
        program.ErrorDataReceived += Hear;
        program.BeginOutputReadLine();
        program.BeginErrorReadLine();
        return program;
    }

    private string Said()
    {
        lock (_said)
        {
            return _said.ToString();
        }
    }

    private void Hear(object sender, DataReceivedEventArgs heard)
    {
        lock (_said)
        {
            _said.AppendLine(heard.Data);
        }
    }
}
