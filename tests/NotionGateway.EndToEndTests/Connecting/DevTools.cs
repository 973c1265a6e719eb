using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Connecting;

/// <summary>Commands and events of Chromium's DevTools protocol, over one socket.</summary>
internal sealed class DevTools
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _waiting = new();
    private readonly ConcurrentQueue<(string Name, JsonNode Content)> _events = new();
    private readonly SemaphoreSlim _sending = new(1);
    private readonly ClientWebSocket _socket;
    private int _number;

    public DevTools(ClientWebSocket socket)
    {
        _socket = socket;
        _ = ReceiveAsync();
    }

    public IEnumerable<(string Name, JsonNode Content)> Events => _events;

    /// <summary>Whom commands are for; the browser itself while null.</summary>
    public string? Session { get; set; }

    public async Task<JsonNode> SendAsync(string method, JsonObject? parameters = null)
    {
        var number = Interlocked.Increment(ref _number);
        var response = _waiting[number] = new TaskCompletionSource<JsonNode>(TaskCreationOptions.RunContinuationsAsynchronously);
        var command = new JsonObject { ["id"] = number, ["method"] = method, ["params"] = parameters ?? [] };
        if (Session is not null)
        {
            command["sessionId"] = Session;
        }

        await _sending.WaitAsync();
        try
        {
            await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(command), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
        }
        finally
        {
            _sending.Release();
        }

        return await response.Task.WaitAsync(SafetyNet.Timeout);
    }

    private async Task ReceiveAsync()
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (true)
            {
                using var message = new MemoryStream();
                WebSocketReceiveResult received;
                do
                {
                    received = await _socket.ReceiveAsync(buffer, CancellationToken.None);
                    message.Write(buffer, 0, received.Count);
                }
                while (!received.EndOfMessage);

                Take(JsonNode.Parse(message.ToArray())!);
            }
        }
        catch (Exception exception) when (exception is WebSocketException or ObjectDisposedException or OperationCanceledException or JsonException)
        {
            // The browser is gone, or the test is over.
            foreach (var response in _waiting.Values)
            {
                response.TrySetException(new IOException("Chromium has gone.", exception));
            }
        }
    }

    private void Take(JsonNode message)
    {
        if (message["id"] is not { } id)
        {
            _events.Enqueue(((string)message["method"]!, message["params"]!));
        }
        else if (_waiting.TryRemove((int)id, out var response))
        {
            if (message["error"] is { } error)
            {
                response.SetException(new InvalidOperationException(error.ToJsonString()));
            }
            else
            {
                response.SetResult(message["result"]!);
            }
        }
    }
}
