using System.Net.Sockets;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>Bytes to answer with, in pieces, and what happens to the connection after each.</summary>
internal sealed class RawResponse
{
    private readonly List<Func<TcpClient, CancellationToken, Task<bool>>> _steps = [];

    public static RawResponse Json(string body, int status = 200, params string[] headers) =>
        new RawResponse()
            .Send(
                $"HTTP/1.1 {status} Status\r\nContent-Type: application/json; charset=utf-8\r\n" +
                $"{string.Concat(headers.Select(header => header + "\r\n"))}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\n\r\n")
            .SendUtf8(body);

    public static RawResponse Raw(string latin1) => new RawResponse().Send(latin1);

    /// <summary>Sends these bytes, given as Latin-1 text.</summary>
    public RawResponse Send(string latin1) => Send(Encoding.Latin1.GetBytes(latin1));

    public RawResponse SendUtf8(string text) => Send(Encoding.UTF8.GetBytes(text));

    public RawResponse Send(byte[] bytes) => Then(async (socket, cancellationToken) =>
    {
        await socket.GetStream().WriteAsync(bytes, cancellationToken);
        return true;
    });

    /// <summary>Waits for the task; so that a test can hold a response back.</summary>
    public RawResponse After(Task task) => Then(async (_, cancellationToken) =>
    {
        await task.WaitAsync(cancellationToken);
        return true;
    });

    /// <summary>Sends these bytes again and again until the connection ends.</summary>
    public RawResponse Repeat(string latin1, TimeSpan every) => Then(async (socket, cancellationToken) =>
    {
        while (true)
        {
            await socket.GetStream().WriteAsync(Encoding.Latin1.GetBytes(latin1), cancellationToken);
            await Task.Delay(every, cancellationToken);
        }
    });

    /// <summary>Closes the connection in order.</summary>
    public RawResponse Close() => Then((socket, _) =>
    {
        socket.Client.Shutdown(SocketShutdown.Both);
        return Task.FromResult(false);
    });

    /// <summary>Breaks the connection.</summary>
    public RawResponse Reset() => Then((socket, _) =>
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        return Task.FromResult(false);
    });

    /// <summary>Never ends; the connection stays open until the test is over.</summary>
    public RawResponse Hang() => Then(async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
        return false;
    });

    /// <summary>Carries it out; false if the connection has ended.</summary>
    public async Task<bool> WriteAsync(TcpClient socket, CancellationToken cancellationToken)
    {
        foreach (var step in _steps)
        {
            if (!await step(socket, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private RawResponse Then(Func<TcpClient, CancellationToken, Task<bool>> step)
    {
        _steps.Add(step);
        return this;
    }
}
