using System.Data.Common;

namespace NotionGateway.OAuth.Store;

/// <summary>How the gateway's types are stored in columns.</summary>
internal static class RowReading
{
    public static long Stored(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    public static DateTimeOffset Time(this DbDataReader row, int column) => DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(column));

    public static DateTimeOffset? TimeOrNone(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Time(column);

    public static string? TextOrNone(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    public static byte[] Bytes(this DbDataReader row, int column) => row.GetFieldValue<byte[]>(column);

    public static byte[]? BytesOrNone(this DbDataReader row, int column) => row.IsDBNull(column) ? null : row.Bytes(column);

    public static KeyDigest Digest(this DbDataReader row, int column) => KeyDigest.OfStored(row.Bytes(column));

    public static CredentialName GrantName(this DbDataReader row, int column) =>
        CredentialName.TryParseGrant(row.GetString(column), out var name) ? name : throw new FormatException("This is no grant's name.");

    public static T Choice<T>(this DbDataReader row, int column)
        where T : struct, Enum
    {
        var value = row.GetInt32(column);
        return Enum.IsDefined(typeof(T), value) ? (T)Enum.ToObject(typeof(T), value) : throw new FormatException($"This is no {typeof(T).Name}.");
    }
}
