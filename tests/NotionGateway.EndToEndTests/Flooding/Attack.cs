using System.Buffers.Binary;
using System.Text;

namespace NotionGateway.EndToEndTests.Flooding;

/// <summary>What each connection of a flood sends: a beginning once, then the same bytes again and again up to a total.</summary>
internal sealed record Attack(byte[] First, byte[] Repeated, long MostBytes)
{
    private const long Endless = long.MaxValue;

    /// <summary>Connects and says nothing.</summary>
    public static Attack Silence { get; } = new([], [], 0);

    /// <summary>Requests without a key, one after another; their responses are never read.</summary>
    public static Attack PipelinedGets(string target, string? key = null)
    {
        var request = Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: g\r\n{Authorization(key)}\r\n");
        return new Attack([], [.. Enumerable.Repeat(request, 100).SelectMany(bytes => bytes)], Endless);
    }

    /// <summary>A request that has to wait, and an unrequested megabyte behind it.</summary>
    public static Attack WaitingGet(string target, string key) =>
        new(Encoding.Latin1.GetBytes($"GET {target} HTTP/1.1\r\nHost: g\r\n{Authorization(key)}\r\n"), new byte[16 * 1024], 1024 * 1024);

    /// <summary>Bodies under an unknown key.</summary>
    public static Attack Bodies(string target, int length)
    {
        var head = Encoding.Latin1.GetBytes(
            $"POST {target} HTTP/1.1\r\nHost: g\r\n{Authorization("ngw_wrong")}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        return new Attack(head, new byte[16 * 1024], length);
    }

    /// <summary>
    /// HTTP/2: as many streams as one may open, without a window for the responses, and then a thousand pings whose replies are never read.
    /// </summary>
    public static Attack StalledStreams(string target, string? key = null)
    {
        var bytes = new MemoryStream();
        bytes.Write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8);
        WriteFrame(bytes, type: 4, flags: 0, stream: 0, [0, 4, 0, 0, 0, 0]); // SETTINGS_INITIAL_WINDOW_SIZE = 0
        for (var stream = 1; stream < 200; stream += 2)
        {
            WriteFrame(bytes, type: 1, flags: 5, stream, HeaderBlock("GET", target, key));
        }

        var pings = new MemoryStream();
        for (var ping = 0; ping < 100; ping++)
        {
            WriteFrame(pings, type: 6, flags: 0, stream: 0, new byte[8]);
        }

        return new Attack(bytes.ToArray(), pings.ToArray(), bytes.Length + (10 * pings.Length));
    }

    private static string Authorization(string? key) => key is null ? "" : $"Authorization: Bearer {key}\r\n";

    private static byte[] HeaderBlock(string method, string target, string? key)
    {
        var block = new MemoryStream();
        (string Name, string Value)[] fields = [(":method", method), (":scheme", "http"), (":path", target), (":authority", "g")];
        foreach (var (name, value) in key is null ? fields : [.. fields, ("authorization", $"Bearer {key}")])
        {
            block.WriteByte(0);
            block.WriteByte((byte)name.Length);
            block.Write(Encoding.Latin1.GetBytes(name));
            block.WriteByte((byte)value.Length);
            block.Write(Encoding.Latin1.GetBytes(value));
        }

        return block.ToArray();
    }

    private static void WriteFrame(MemoryStream to, byte type, byte flags, int stream, byte[] payload)
    {
        Span<byte> head = stackalloc byte[9];
        BinaryPrimitives.WriteInt32BigEndian(head, payload.Length << 8);
        (head[3], head[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(head[5..], stream);
        to.Write(head);
        to.Write(payload);
    }
}
