using System.Net;
using System.Net.Sockets;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>A caller that writes bytes as the test gives them and reads what comes, from an address of its own if the test says which.</summary>
internal sealed class RawCaller(Uri address, CanaryWatch canaries, IPAddress? from = null) : IDisposable
{
    private readonly TcpClient _socket = Connected(address, from);

    public NetworkStream Stream => _socket.GetStream();

    /// <summary>Sends these bytes, given as Latin-1 text.</summary>
    public async Task SendAsync(string bytes) => await Stream.WriteAsync(Encoding.Latin1.GetBytes(bytes));

    /// <summary>Sends a request and reads until the connection closes; the request asks for that.</summary>
    public async Task<RawResult> ExchangeAsync(string bytes)
    {
        await SendAsync(bytes);
        return await ReadToEndAsync();
    }

    /// <summary>Reads one response whose length is given or that has no body.</summary>
    public async Task<RawResult> ReadResponseAsync()
    {
        using var timeout = new CancellationTokenSource(SafetyNet.Timeout);
        var received = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var result = new RawResult(Encoding.Latin1.GetString(received.ToArray()), Closed: false, Reset: false);
            if (result.IsComplete)
            {
                canaries.Saw("a raw answer", result.Text);
                return result;
            }

            var read = await Stream.ReadAsync(buffer, timeout.Token);
            if (read == 0)
            {
                throw new IOException($"The connection closed in the middle of an answer: {result.Text}");
            }

            received.Write(buffer, 0, read);
        }
    }

    /// <summary>Reads until this text has come; what was read, which no later reading sees again.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        using var timeout = new CancellationTokenSource(SafetyNet.Timeout);
        var received = new StringBuilder();
        var buffer = new byte[16 * 1024];
        do
        {
            var read = await Stream.ReadAsync(buffer, timeout.Token);
            received.Append(read > 0 ? Encoding.Latin1.GetString(buffer, 0, read) : throw new IOException($"The connection closed after: {received}"));
        }
        while (!received.ToString().Contains(text, StringComparison.Ordinal));
        canaries.Saw("a raw answer", received.ToString());
        return received.ToString();
    }

    public async Task<RawResult> ReadToEndAsync()
    {
        using var timeout = new CancellationTokenSource(SafetyNet.Timeout);
        var received = new MemoryStream();
        var reset = false;
        try
        {
            await Stream.CopyToAsync(received, timeout.Token);
        }
        catch (IOException)
        {
            reset = true;
        }

        var result = new RawResult(Encoding.Latin1.GetString(received.ToArray()), Closed: true, reset);
        canaries.Saw("a raw answer", result.Text);
        return result;
    }

    /// <summary>Resets the connection, as a killed process does.</summary>
    public void HangUp()
    {
        _socket.LingerState = new LingerOption(true, 0);
        _socket.Close();
    }

    public void Dispose() => _socket.Dispose();

    private static TcpClient Connected(Uri address, IPAddress? from)
    {
        var socket = from is null ? new TcpClient() : new TcpClient(new IPEndPoint(from, 0));
        socket.NoDelay = true;
        socket.Connect(address.Host, address.Port);
        return socket;
    }
}

/// <summary>What a raw caller got: the bytes, and how the connection ended.</summary>
internal sealed record RawResult(string Text, bool Closed, bool Reset)
{
    public int Status => Text.Length >= 12 && Text.StartsWith("HTTP/1.1 ", StringComparison.Ordinal) ? int.Parse(Text.AsSpan(9, 3)) : 0;

    public string Head => Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0 ? Text[..end] : Text;

    public string Body => Text.IndexOf("\r\n\r\n", StringComparison.Ordinal) is var end and >= 0 ? Text[(end + 4)..] : "";

    public string? Header(string name) => Head.Split("\r\n").Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase)).Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    public string? Reason => Header("Notion-Gateway-Reason");

    public bool IsComplete => Text.Contains("\r\n\r\n", StringComparison.Ordinal) && (Header("Content-Length") is { } length
        ? Body.Length >= int.Parse(length)
        : Header("Transfer-Encoding") is null || Body.EndsWith("0\r\n\r\n", StringComparison.Ordinal));
}
