using System.Net;
using System.Net.Http.Headers;
using System.Text;
using NotionGateway.Access;

namespace NotionGateway.Hosting.Demo;

/// <summary>Requests of the made-up callers, for as long as the sandbox runs: more than the limit lets through, and some that are denied.</summary>
internal sealed class DemoTraffic(HttpClient client, IReadOnlyDictionary<string, string> keys, Action revoke, TimeProvider time, Random random)
{
    private const string Page = "/v1/pages/5eed0001-0000-4000-8000-000000000001";
    private const string Rows = "/v1/data_sources/d5d50001-0000-4000-8000-000000000001/query";

    /// <summary>Of the busy caller: enough to fill its queue up to the longest wait.</summary>
    private const int BatchSize = 40;

    private static readonly TimeSpan UntilRevoked = TimeSpan.FromSeconds(12);

    private static readonly (HttpMethod Method, string Path, string? Body)[] Reads =
    [
        (HttpMethod.Get, "/v1/users/me", null),
        (HttpMethod.Get, Page, null),
        (HttpMethod.Get, "/v1/blocks/5eed0001-0000-4000-8000-000000000001/children", null),
        (HttpMethod.Post, Rows, """{"page_size":2}"""),
        (HttpMethod.Post, "/v1/search", "{}"),
    ];

    public async Task RunAsync(CancellationToken stop)
    {
        var stranger = GatewayKey.New();
        List<Task> callers =
        [
            .. Enumerable.Range(0, BatchSize).Select(_ => RepeatAsync(0.3, 4, () => SearchAsync(keys[DemoCallers.Batch], stop), stop)),
            RepeatAsync(0.5, 1, () => ReadAsync(keys[DemoCallers.Crm], stop), stop),
            RepeatAsync(0.6, 2, () => ReadAsync(keys[DemoCallers.Crm], stop), stop),
            RepeatAsync(0.8, 2, () => ReadAsync(keys[DemoCallers.Mobile], stop), stop),
            RepeatAsync(6, 6, () => SendAsync(keys[DemoCallers.Mobile], HttpMethod.Patch, Page, "{}", stop), stop),
            RepeatAsync(0.7, 2, () => ReadAsync(keys[DemoCallers.Reports], stop), stop),
            RepeatAsync(4, 4, () => ReadAsync(keys[DemoCallers.Importer], stop), stop),
            RepeatAsync(3, 3, () => ReadAsync(stranger, stop), stop),
            RevokeAsync(stop),
        ];
        await Task.WhenAll(callers);
    }

    private async Task RevokeAsync(CancellationToken stop)
    {
        if (await WaitAsync(UntilRevoked, stop))
        {
            revoke();
        }
    }

    /// <summary>Again and again, with a pause around so many seconds, which is longer after an answer that says no.</summary>
    private async Task RepeatAsync(double pause, double pauseAfterNo, Func<Task<bool>> sendAsync, CancellationToken stop)
    {
        var isGood = true;
        while (await WaitAsync(TimeSpan.FromSeconds((isGood ? pause : pauseAfterNo) * (0.5 + random.NextDouble())), stop))
        {
            isGood = await sendAsync();
        }
    }

    /// <summary>No two are the same, so none is served by another's response.</summary>
    private Task<bool> SearchAsync(string key, CancellationToken stop) =>
        SendAsync(key, HttpMethod.Post, "/v1/search", $$"""{"query":"row {{random.Next(1_000_000)}}"}""", stop);

    private Task<bool> ReadAsync(string key, CancellationToken stop)
    {
        var (method, path, body) = Reads[random.Next(Reads.Length)];
        return SendAsync(key, method, path, body, stop);
    }

    private async Task<bool> SendAsync(string key, HttpMethod method, string path, string? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        request.Headers.Add("Notion-Version", "2026-03-11");
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        try
        {
            using var response = await client.SendAsync(request, stop);
            return response.StatusCode == HttpStatusCode.OK;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The gateway is not there yet, or ends.
            return false;
        }
    }

    /// <summary>False at the end.</summary>
    private async Task<bool> WaitAsync(TimeSpan pause, CancellationToken stop)
    {
        try
        {
            await Task.Delay(pause, time, stop);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
