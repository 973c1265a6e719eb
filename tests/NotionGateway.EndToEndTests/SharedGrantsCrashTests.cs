using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Faults;

namespace NotionGateway.EndToEndTests;

/// <summary>
/// Three programs on one database, one of which is killed at each step of a refresh. The grant then works, or says who must
/// connect; and no refresh token is used twice by those who live.
/// </summary>
[Trait("Category", "Long")]
public sealed class SharedGrantsCrashTests : IAsyncLifetime
{
    private readonly HttpClient _client = new() { Timeout = TimeSpan.FromSeconds(100) };
    private readonly List<RunningProgram> _programs = [];
    private PostgresServer _server = null!;
    private SandboxServer _notion = null!;
    private (string, string)[] _settings = [];
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        _server = await PostgresServer.StartAsync();
        var database = await _server.CreateDatabaseAsync();
        _notion = await PublicConnection.StartNotionAsync();
        _settings =
        [
            .. PublicConnection.Settings(_notion, "/").Where(setting => setting.Name != "Gateway__OAuth__Store__Path"),
            ("Gateway__OAuth__Store__Type", "PostgreSQL"),
            ("Gateway__OAuth__Store__ConnectionString", _server.ConnectionString(database)),
            ("Gateway__OAuth__Store__Password__Source", "Environment"),
            ("Gateway__OAuth__Store__Password__Variable", "DATABASE_PASSWORD"),
            ("DATABASE_PASSWORD", PostgresServer.Password),
        ];
        for (var number = 0; number < 3; number++)
        {
            await StartAsync();
        }

        _key = await ConnectAsync(_programs[0]);
        foreach (var program in _programs)
        {
            Assert.Equal(200, (await CallAsync(program)).Status);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await _notion.DisposeAsync();
        await _server.DisposeAsync();
        _client.Dispose();
    }

    [Fact]
    public async Task Killed_before_Notion_has_answered_another_takes_over_when_the_lease_has_ended()
    {
        _notion.OAuth.ExpireAccessTokens();
        _notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new HoldFault { Before = true }, Times = 1 });
        _ = CallAsync(_programs[0]);
        await UntilAsync(() => _notion.OAuth.Calls.Refresh == 1, "Notion to be asked");
        await KillAsync();

        var from = Stopwatch.GetTimestamp();
        Assert.Equal(200, await OutcomeAsync(_programs[0]));
        TestContext.Current.TestOutputHelper?.WriteLine($"taken over after {Stopwatch.GetElapsedTime(from)}");
        Assert.Equal(200, await OutcomeAsync(_programs[1]));
        Assert.Equal((2, 1), (_notion.OAuth.Calls.Refresh, _notion.OAuth.Calls.Rotation));
    }

    [Fact]
    public async Task Killed_after_Notion_has_rotated_the_grant_says_who_must_connect_and_works_again_then()
    {
        _notion.OAuth.ExpireAccessTokens();
        _notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = new HoldFault { Before = false }, Times = 1 });
        _ = CallAsync(_programs[0]);
        await UntilAsync(() => _notion.OAuth.Calls.Rotation == 1, "Notion to have rotated");
        await KillAsync();
        await LostAsync();
    }

    [Fact]
    public async Task Killed_between_Notions_answer_and_the_commit_the_grant_says_who_must_connect_and_works_again_then()
    {
        _notion.OAuth.ExpireAccessTokens();
        var hold = new HoldFault { Before = false };
        _notion.Faults.Add(new FaultRule { Path = "/v1/oauth/token", Fault = hold, Times = 1 });
        _ = CallAsync(_programs[0]);
        await UntilAsync(() => _notion.OAuth.Calls.Rotation == 1, "Notion to have rotated");
        _server.Freeze();
        hold.Release();
        await Task.Delay(TimeSpan.FromSeconds(1));
        await KillAsync();
        _server.Thaw();
        await LostAsync();
    }

    [Fact]
    public async Task Killed_after_the_commit_the_others_have_the_new_pair()
    {
        for (var round = 1; round <= 3; round++)
        {
            _notion.OAuth.ExpireAccessTokens();
            Assert.Equal(200, (await CallAsync(_programs[0])).Status);
            await KillAsync();
            Assert.Equal(200, (await CallAsync(_programs[0])).Status);
            Assert.Equal(200, (await CallAsync(_programs[1])).Status);
            Assert.Equal(round, _notion.OAuth.Calls.Refresh);
            await StartAsync();
        }
    }

    [Fact]
    public async Task Killed_at_any_moment_while_all_three_see_the_expiry_it_works_or_says_who_must_connect()
    {
        var (worked, demanded) = (0, 0);
        for (var round = 0; round < 4; round++)
        {
            var refreshes = _notion.OAuth.Calls.Refresh;
            _notion.OAuth.ExpireAccessTokens();
            var calls = Enumerable.Range(0, 30).Select(call => CallAsync(_programs[call % 3])).ToList();
            await Task.Delay(4 * round);
            await KillAsync();
            await Task.WhenAll(calls);

            var outcome = await OutcomeAsync(_programs[0]);
            Assert.InRange(_notion.OAuth.Calls.Refresh - refreshes, 1, 2);
            if (outcome == 200)
            {
                worked++;
            }
            else
            {
                Assert.Equal(502, outcome);
                demanded++;
                _key = await ConnectAsync(_programs[0]);
            }

            Assert.Equal(200, await ReconnectedAsync(_programs[1]));
            await StartAsync();
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{worked} worked, {demanded} demanded a new consent");
    }

    private async Task LostAsync()
    {
        Assert.Equal(502, await OutcomeAsync(_programs[0]));
        Assert.Contains("must connect the workspace 'Demo workspace' again", (await CallAsync(_programs[0])).Message);

        // One call that rotated, and one that presented the used token; the other program believes the store.
        Assert.Equal(502, await OutcomeAsync(_programs[1]));
        Assert.Equal((2, 1), (_notion.OAuth.Calls.Refresh, _notion.OAuth.Calls.Rotation));
        _key = await ConnectAsync(_programs[1]);
        Assert.Equal(200, await ReconnectedAsync(_programs[0]));
    }

    /// <summary>A gateway looks again for a lost grant after two seconds.</summary>
    private async Task<int> ReconnectedAsync(RunningProgram program)
    {
        await Task.Delay(TimeSpan.FromSeconds(2.5));
        return await OutcomeAsync(program);
    }

    private async Task StartAsync() => _programs.Add(
        await RunningProgram.StartAsync([], [.. _settings, ("Kestrel__Endpoints__Connect__Url", $"http://127.0.0.1:{FreePort.Next()}")]));

    private async Task KillAsync()
    {
        var program = _programs[0];
        _programs.RemoveAt(0);
        await program.DisposeAsync();
    }

    /// <summary>What a caller gets in the end who repeats a 503, as SDKs do.</summary>
    private async Task<int> OutcomeAsync(RunningProgram program)
    {
        var from = Stopwatch.GetTimestamp();
        while (true)
        {
            var (status, message) = await CallAsync(program);
            if (status is 200 or 502 || Stopwatch.GetElapsedTime(from) > TimeSpan.FromSeconds(120))
            {
                return status;
            }

            Assert.True(status == 503, $"{status} {message}");
            await Task.Delay(500);
        }
    }

    private async Task<string> ConnectAsync(RunningProgram program)
    {
        var code = _notion.OAuth.Consent(redirectUri: PublicConnection.RedirectUri);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(program.Data, "/v1/oauth/token"))
        {
            Content = JsonContent.Create(new { grant_type = "authorization_code", code, redirect_uri = PublicConnection.RedirectUri }),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"crm:{The.Key}")));
        using var response = await _client.SendAsync(request);
        return (string)JsonNode.Parse(await response.Content.ReadAsStringAsync())!["access_token"]!;
    }

    private async Task<(int Status, string Message)> CallAsync(RunningProgram program)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(program.Data, "/v1/users/me"))
        {
            Headers = { Authorization = new AuthenticationHeaderValue("Bearer", _key) },
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

    private static Task UntilAsync(Func<bool> condition, string what) => SafetyNet.UntilAsync(condition, () => $"Waited in vain for {what}.");
}
