using System.Net.Sockets;

namespace NotionGateway.EndToEndTests.Flooding;

/// <summary>Connections that attack one listener until they are disposed, and reconnect when they are closed. Nothing is ever read.</summary>
internal sealed class Flood : IAsyncDisposable
{
    private static readonly TimeSpan BeforeComingAgain = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _end = new();
    private readonly Task _attackers;
    private long _opened;
    private long _sent;

    public Flood(Uri target, int connections, Attack attack) =>
        _attackers = Task.WhenAll(Enumerable.Range(0, connections).Select(_ => Task.Run(() => AttackAsync(target, attack))));

    public long Opened => Interlocked.Read(ref _opened);

    public long Sent => Interlocked.Read(ref _sent);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await _attackers;
        _end.Dispose();
    }

    private async Task AttackAsync(Uri target, Attack attack)
    {
        while (!_end.IsCancellationRequested)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
            {
                ReceiveBufferSize = 4096,
                SendBufferSize = 16 * 1024,
                LingerState = new LingerOption(true, 0),
            };
            try
            {
                await socket.ConnectAsync(target.Host, target.Port, _end.Token);
                Interlocked.Increment(ref _opened);
                await SendAsync(socket, attack.First);
                for (long sent = attack.First.Length; sent < attack.MostBytes; sent += attack.Repeated.Length)
                {
                    await SendAsync(socket, attack.Repeated);
                }

                // Peeking leaves what came unread; it ends when the gateway closes or has answered.
                await socket.ReceiveAsync(new byte[1], SocketFlags.Peek, _end.Token);
                await Task.Delay(TimeSpan.FromSeconds(5), _end.Token);
            }
            catch (SocketException)
            {
                // Closed, or not taken.
            }
            catch (OperationCanceledException)
            {
                return;
            }

            await Task.Delay(BeforeComingAgain);
        }
    }

    private async Task SendAsync(Socket socket, ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var sent = await socket.SendAsync(bytes, _end.Token);
            Interlocked.Add(ref _sent, sent);
            bytes = bytes[sent..];
        }
    }
}
