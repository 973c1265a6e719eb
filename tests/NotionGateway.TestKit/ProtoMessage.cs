using System.Buffers.Binary;
using System.Text;

namespace NotionGateway.TestKit;

/// <summary>A protobuf message as its fields by number, without a schema: enough to read what an exporter has sent.</summary>
internal sealed class ProtoMessage
{
    private readonly List<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> _fields = [];

    public static ProtoMessage Parse(ReadOnlyMemory<byte> bytes)
    {
        var message = new ProtoMessage();
        var at = 0;
        while (at < bytes.Length)
        {
            var tag = Varint(bytes.Span, ref at);
            var field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    message._fields.Add((field, Varint(bytes.Span, ref at), default));
                    break;
                case 1:
                    message._fields.Add((field, BinaryPrimitives.ReadUInt64LittleEndian(bytes.Span[at..]), default));
                    at += 8;
                    break;
                case 2:
                    var length = (int)Varint(bytes.Span, ref at);
                    message._fields.Add((field, 0, bytes.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    message._fields.Add((field, BinaryPrimitives.ReadUInt32LittleEndian(bytes.Span[at..]), default));
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} is not in use any more.");
            }
        }

        return message;
    }

    /// <summary>All messages of a field.</summary>
    public IEnumerable<ProtoMessage> All(int field) => Of(field).Select(entry => Parse(entry.Bytes));

    public ProtoMessage? One(int field) => All(field).FirstOrDefault();

    public string Text(int field) => Encoding.UTF8.GetString(Bytes(field).Span);

    public ReadOnlyMemory<byte> Bytes(int field) => Of(field).Select(entry => entry.Bytes).FirstOrDefault();

    public ulong Number(int field) => Of(field).Select(entry => entry.Number).FirstOrDefault();

    public bool Has(int field) => Of(field).Any();

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }
    }

    private IEnumerable<(int Field, ulong Number, ReadOnlyMemory<byte> Bytes)> Of(int field) => _fields.Where(entry => entry.Field == field);
}
