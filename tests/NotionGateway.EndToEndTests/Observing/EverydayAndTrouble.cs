using System.Text;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Faults;
using NotionSandbox.Limits;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>Some seconds in the life of a gateway: callers of all kinds, and everything that can go wrong at Notion.</summary>
internal sealed class EverydayAndTrouble(HttpClient client, SandboxServer sandbox, string mountedToken)
{
    private const string Page = "/v1/pages/5eed0001-0000-4000-8000-000000000001";
    private const string NewPage = """{"parent":{"page_id":"5eed0001-0000-4000-8000-000000000001"},"properties":{"title":[{"text":{"content":"A page"}}]}}""";

    private static readonly TimeSpan Beat = TimeSpan.FromMilliseconds(200);

    public static string KeyOf(string caller) => $"ngw_{caller.PadRight(43, 'K')}";

    public async Task RunAsync(TimeSpan span)
    {
        using var end = new CancellationTokenSource(span);
        GoWrong();
        await Task.WhenAll(
        [
            RepeatAsync(EverydayAsync, end.Token),
            RepeatAsync(StrangersAsync, end.Token),
            RepeatAsync(TroubledAsync, end.Token),
            RepeatAsync(() => SendAsync("GET", "/v1/users", KeyOf("crm"), "mounted"), end.Token),
            RepeatAsync(() => SendAsync("GET", "/v1/users/me", KeyOf("reader")), end.Token),
            RepeatAsync(() => SendAsync("GET", "/v1/users", KeyOf("hasty")), end.Token),
            .. Enumerable.Range(0, 6).Select(_ => RepeatAsync(() => SendAsync("GET", "/v1/users", KeyOf("etl")), end.Token)),
            .. Enumerable.Range(0, 6).Select(_ => RepeatAsync(() => SendAsync("POST", "/v1/search", KeyOf("reports"), body: "{}"), end.Token)),
            ChangeTokensAsync(span / 3),
        ]);
    }

    private void GoWrong()
    {
        void Fault(string path, Fault fault, int skip, int times, string method = "GET", string connection = "demo") =>
            sandbox.Faults.Add(new FaultRule { Method = method, Path = path, Connection = connection, Skip = skip, Times = times, Fault = fault });

        Fault("/v1/users/me", new RateLimitedFault { Reason = LimitReason.Connection, RetryAfter = ["1"] }, skip: 8, times: 1);
        Fault("/v1/comments", new RateLimitedFault { Reason = LimitReason.Workspace, RetryAfter = ["1"] }, skip: 2, times: 1);
        Fault("/v1/search", new RateLimitedFault { Reason = LimitReason.Endpoint, RetryAfter = ["1"] }, skip: 4, times: 2, method: "POST");
        Fault("/v1/custom_emojis", new StatusFault { Status = 529 }, skip: 1, times: 1);
        Fault("/v1/databases", new StatusFault { Status = 500 }, skip: 0, times: 20);
        Fault("/v1/pages", new StatusFault { Status = 503 }, skip: 2, times: 10, method: "POST");
        Fault("/v1/pages/", new CutOffFault { Point = CutPoint.BeforeAnyByte }, skip: 3, times: 2);
        Fault("/v1/pages/", new CutOffFault { Point = CutPoint.BeforeAnyByte }, skip: 1, times: 3, method: "PATCH");
        sandbox.Connections["blocked"].IsBlocked = true;
    }

    private async Task EverydayAsync()
    {
        await SendAsync("GET", "/v1/users/me", KeyOf("crm"));
        await SendAsync("GET", Page, KeyOf("wiki"));
        await SendAsync("POST", "/v1/search", KeyOf("wiki"), body: "{}");
        await SendAsync("POST", "/v1/pages", KeyOf("crm"), body: NewPage);
        await SendAsync("PATCH", Page, KeyOf("crm"), body: "{}");
        await SendAsync("GET", "/v1/comments?block_id=5eed0001-0000-4000-8000-000000000001", KeyOf("wiki"));
        await SendAsync("GET", "/v1/custom_emojis", KeyOf("crm"));
    }

    private async Task StrangersAsync()
    {
        await SendAsync("GET", "/v1/users/me", "ngw_WhoeverGuessesWillGetNothingForItAtAll000000");
        await SendAsync("GET", "/v1/users/me", The.NotionToken);
        await SendAsync("GET", "/v1/users/me", key: null);
        await SendAsync("GET", "/v1/users/me", KeyOf("retired"));
        await SendAsync("GET", $"/v1/users?token={The.OtherKey}", KeyOf("crm"));
        await SendAsync("GET", "/v1/nothing", KeyOf("crm"));
        await SendAsync("POST", "/v1/pages", KeyOf("wiki"), body: NewPage);
        await SendAsync("GET", "/v1/users/me", KeyOf("wiki"), "mounted");
    }

    private async Task TroubledAsync()
    {
        await SendAsync("GET", "/v1/databases", KeyOf("wiki"));
        await SendAsync("GET", "/v1/users/me", KeyOf("crm"), "dying");
        await SendAsync("GET", "/v1/users/me", KeyOf("crm"), "blocked");
        await SendAsync("GET", "/v1/users/me", KeyOf("crm"), "lost");
    }

    /// <summary>One token is replaced as it should be; one dies.</summary>
    private async Task ChangeTokensAsync(TimeSpan after)
    {
        await Task.Delay(after);
        await File.WriteAllTextAsync(mountedToken, sandbox.Connections["mounted"].Rotate());
        sandbox.Connections["dying"].Revoke();
    }

    private static async Task RepeatAsync(Func<Task> act, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
        {
            await act();
            await Task.Delay(Beat, CancellationToken.None);
        }
    }

    private async Task SendAsync(string method, string path, string? key, string? credential = null, string? body = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.Add("Notion-Version", "2025-09-03");
        if (key is not null)
        {
            request.Headers.Add("Authorization", $"Bearer {key}");
        }

        if (credential is not null)
        {
            request.Headers.Add("Notion-Gateway-Credential", credential);
        }

        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        using var response = await client.SendAsync(request, CancellationToken.None);
    }
}
