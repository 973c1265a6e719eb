using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Faults;

namespace NotionGateway.EndToEndTests;

/// <summary>
/// A89: kill −9 at each step of a refresh. A grant is never lost silently: it works after the restart, or, where Notion had
/// rotated and the response was lost with the process, the gateway asks for a new consent by name, which repairs it.
/// </summary>
public sealed class OAuthCrashTests : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("notion-gateway-crash-").FullName;
    private readonly HttpClient _client = new();
    private SandboxServer _notion = null!;
    private RunningProgram _program = null!;

    [Fact]
    public async Task A89_Killed_before_Notion_has_rotated_nothing_is_lost()
    {
        var key = await StartAsync();
        _notion.OAuth.ExpireAccessTokens();
        _notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new HoldFault { Before = true } });
        _ = CallAsync(key);
        await SafetyNet.UntilAsync(() => _notion.OAuth.Calls.Refresh == 1, () => _program.Output);

        await RestartAsync();

        Assert.Equal(0, _notion.OAuth.Calls.Rotation);
        Assert.Equal(200, (await CallAsync(key)).Status);
    }

    [Fact]
    public async Task A89_Killed_after_Notion_has_rotated_a_new_consent_is_demanded()
    {
        var key = await StartAsync();
        _notion.OAuth.ExpireAccessTokens();
        _notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new HoldFault() });
        _ = CallAsync(key);
        await SafetyNet.UntilAsync(() => _notion.OAuth.Calls.Rotation == 1, () => _program.Output);

        await RestartAsync();

        var (status, message) = await CallAsync(key);
        Assert.Equal(502, status);
        Assert.Contains("must connect the workspace 'Demo workspace' again", message);
        await SafetyNet.UntilAsync(() => _program.Output.Contains("GrantLost"), () => _program.Output);
        await ConnectAsync();
        Assert.Equal(200, (await CallAsync(key)).Status);
    }

    [Fact]
    public async Task A89_Killed_right_after_the_repeated_request_the_new_pair_is_there()
    {
        var key = await StartAsync();
        for (var round = 1; round <= 3; round++)
        {
            _notion.OAuth.ExpireAccessTokens();
            Assert.Equal(200, (await CallAsync(key)).Status);

            await RestartAsync();

            Assert.Equal(200, (await CallAsync(key)).Status);
            Assert.Equal(round, _notion.OAuth.Calls.Refresh);
        }
    }

    [Fact]
    public Task A89_Killed_at_any_moment_it_works_again_or_says_who_must_connect() => KillAsync(rounds: 3, apart: 7);

    [Fact]
    [Trait("Category", "Long")]
    public Task A89_Killed_at_many_moments_it_works_again_or_says_who_must_connect() => KillAsync(rounds: 8, apart: 3);

    private async Task KillAsync(int rounds, int apart)
    {
        var key = await StartAsync();
        var (worked, demanded) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            _notion.OAuth.ExpireAccessTokens();
            _ = CallAsync(key);
            await Task.Delay(apart * round);

            await RestartAsync();

            var (status, message) = await CallAsync(key);
            if (status == 200)
            {
                worked++;
                continue;
            }

            Assert.Equal(502, status);
            Assert.Contains("must connect", message);
            demanded++;
            await ConnectAsync();
            Assert.Equal(200, (await CallAsync(key)).Status);
        }

        Assert.Equal(rounds, worked + demanded);
    }

    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _notion.DisposeAsync();
        _client.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task<string> StartAsync()
    {
        _notion = await PublicConnection.StartNotionAsync();
        _program = await RunningProgram.StartAsync([], PublicConnection.Settings(_notion, _folder));
        return await ConnectAsync();
    }

    private async Task RestartAsync()
    {
        await _program.DisposeAsync();
        _notion.Faults.Clear();
        _program = await RunningProgram.StartAsync([], PublicConnection.Settings(_notion, _folder));
    }

    private async Task<string> ConnectAsync()
    {
        var code = _notion.OAuth.Consent(redirectUri: PublicConnection.RedirectUri);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_program.Data, "/v1/oauth/token"))
        {
            Content = JsonContent.Create(new { grant_type = "authorization_code", code, redirect_uri = PublicConnection.RedirectUri }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm:{The.Key}")));
        using var response = await _client.SendAsync(request);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!;
    }

    private async Task<(int Status, string Message)> CallAsync(string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_program.Data, "/v1/users/me"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", key) },
        };
        try
        {
            using var response = await _client.SendAsync(request);
            return ((int)response.StatusCode, (string?)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["message"] ?? "");
        }
        catch (HttpRequestException)
        {
            return (0, "the program is gone");
        }
    }
}
