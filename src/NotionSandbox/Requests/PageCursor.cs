using System.Buffers.Binary;
using System.Text;
using NotionSandbox.Ids;

namespace NotionSandbox.Requests;

/// <summary>
/// Cursors look like ids, as Notion's do. Inside are the place in the list and a mark of the list itself, so that a cursor
/// which was made up, or belongs to another list, is noticed.
/// </summary>
internal static class PageCursor
{
    public static string Write(string list, int place)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, Mark(list));
        BinaryPrimitives.WriteInt32BigEndian(bytes[8..], place);
        BinaryPrimitives.WriteUInt32BigEndian(bytes[12..], (uint)Mark(list + place));
        return new Guid(bytes, bigEndian: true).ToString("D");
    }

    public static bool TryRead(string cursor, string list, out int place)
    {
        place = 0;
        if (!Guid.TryParse(cursor, out var guid))
        {
            return false;
        }

        Span<byte> bytes = stackalloc byte[16];
        guid.TryWriteBytes(bytes, bigEndian: true, out _);
        place = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        return place > 0
            && BinaryPrimitives.ReadUInt64BigEndian(bytes) == Mark(list)
            && BinaryPrimitives.ReadUInt32BigEndian(bytes[12..]) == (uint)Mark(list + place);
    }

    private static ulong Mark(string text) => Fingerprint.Of(Encoding.UTF8.GetBytes(text));
}
