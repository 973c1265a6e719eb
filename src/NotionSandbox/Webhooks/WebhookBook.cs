using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using NotionSandbox.Connections;
using NotionSandbox.Ids;
using NotionSandbox.Json;

namespace NotionSandbox.Webhooks;

/// <summary>Keeps the subscriptions, and posts signed events to them: late, twice, out of order or not at all, as each is told to.</summary>
internal sealed class WebhookBook(ConnectionRegistry connections, IdMint ids, TimeProvider time) : IDisposable
{
    private const int Attempts = 8;

    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, Subscription> _all = new();
    private readonly ConcurrentDictionary<int, Action> _heldBack = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false });
    private int _lastNumber;
    private int _told;
    private int _delivered;

    public IEnumerable<Subscription> All => _all.Values.OrderBy(subscription => subscription.Number);

    /// <summary>Whether anybody wants to know.</summary>
    public bool IsUsed => !_all.IsEmpty;

    /// <summary>How many deliveries were answered 2xx.</summary>
    public int Delivered => _delivered;

    /// <summary>A new subscription, whose token is posted to it at once.</summary>
    public Subscription Add(string connection, Uri url, Func<Subscription, Subscription>? adjust = null)
    {
        var number = Interlocked.Increment(ref _lastNumber);
        var token = "secret_" + (ids.Next() + ids.Next()).Replace("-", "", StringComparison.Ordinal)[..43];
        var plain = new Subscription(number, connections[connection].Name, url, token);
        var subscription = adjust?.Invoke(plain) ?? plain;
        _all[number] = subscription;
        _ = PostAsync(subscription, new JsonObject { ["verification_token"] = token }, attempts: 1, isSigned: false);
        return subscription;
    }

    public void Clear()
    {
        _all.Clear();
        _heldBack.Clear();
    }

    /// <summary>Something has happened in a workspace: everybody who sees it is told.</summary>
    public void Tell(Connection by, NotionEvent happened)
    {
        var count = Interlocked.Increment(ref _told);
        foreach (var subscription in All.Where(subscription => connections[subscription.Connection].Workspace == by.Workspace))
        {
            if (subscription.LosesEvery == 0 || count % subscription.LosesEvery != 0)
            {
                _ = SendAsync(subscription, ToJson(subscription, by, happened), waitsForNext: subscription.OutOfOrder && count % 2 == 1);
            }
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _http.Dispose();
        _stopping.Dispose();
    }

    private async Task SendAsync(Subscription subscription, JsonObject told, bool waitsForNext)
    {
        if (subscription.Late > TimeSpan.Zero)
        {
            await Task.Delay(subscription.Late, time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (waitsForNext)
        {
            _heldBack[subscription.Number] = () => _ = PostCopiesAsync(subscription, told);
            return;
        }

        await PostCopiesAsync(subscription, told);
        if (_heldBack.TryRemove(subscription.Number, out var sendNow))
        {
            sendNow();
        }
    }

    private async Task PostCopiesAsync(Subscription subscription, JsonObject told)
    {
        for (var copies = subscription.Doubled ? 2 : 1; copies > 0; copies--)
        {
            await PostAsync(subscription, told, Attempts);
        }
    }

    private async Task PostAsync(Subscription subscription, JsonObject told, int attempts, bool isSigned = true)
    {
        for (var attempt = 1; attempt <= attempts && !_stopping.IsCancellationRequested; attempt++)
        {
            var sent = (JsonObject)told.DeepClone();
            if (isSigned)
            {
                sent["attempt_number"] = attempt;
            }

            if (await TryPostAsync(subscription, Encoding.UTF8.GetBytes(JsonText.Of(sent)), isSigned))
            {
                Interlocked.Increment(ref _delivered);
                return;
            }

            await Task.Delay(FirstPause * Math.Pow(2, attempt - 1), time, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<bool> TryPostAsync(Subscription subscription, byte[] body, bool isSigned)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, subscription.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        if (isSigned)
        {
            var signature = Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(subscription.Token), body));
            request.Headers.Add("X-Notion-Signature", $"sha256={signature}");
        }

        try
        {
            using var response = await _http.SendAsync(request, _stopping.Token);
            return response.IsSuccessStatusCode;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException or ObjectDisposedException)
        {
            return false;
        }
    }

    private JsonObject ToJson(Subscription subscription, Connection by, NotionEvent happened) => new()
    {
        ["id"] = ids.Next(),
        ["timestamp"] = Timestamps.Exact(time.GetUtcNow()),
        ["workspace_id"] = by.WorkspaceId,
        ["workspace_name"] = by.Workspace.Name,
        ["subscription_id"] = FixedIds.Of(FixedIds.Workspace, 99, subscription.Number),
        ["integration_id"] = connections[subscription.Connection].BotId,
        ["type"] = happened.Type,
        ["authors"] = new JsonArray(new JsonObject { ["id"] = by.BotId, ["type"] = "bot" }),
        ["api_version"] = "2025-09-03",
        ["entity"] = new JsonObject { ["id"] = happened.EntityId, ["type"] = happened.EntityType },
        ["data"] = happened.Data.DeepClone(),
    };
}
