using System.Net.Sockets;
using System.Text;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>A connection on which a test says what it wants, byte for byte, and hears everything that comes back.</summary>
internal sealed class Wire(Uri address) : IDisposable
{
    private readonly TcpClient _client = new(address.Host, address.Port);

    public Task SayAsync(string text) => _client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(text), Visit.Stop).AsTask();

    /// <summary>All that comes until the other side ends, and whether it ended with a reset.</summary>
    public async Task<(string Text, bool Reset)> HearAsync()
    {
        var heard = new MemoryStream();
        try
        {
            await _client.GetStream().CopyToAsync(heard, Visit.Stop);
            return (Encoding.Latin1.GetString(heard.ToArray()), false);
        }
        catch (IOException)
        {
            return (Encoding.Latin1.GetString(heard.ToArray()), true);
        }
    }

    public static string Get(string target, string token, string more = "") =>
        $"GET {target} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer {token}\r\nNotion-Version: 2026-03-11\r\n{more}\r\n";

    public void Dispose() => _client.Dispose();
}
