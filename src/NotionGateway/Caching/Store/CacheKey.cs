using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace NotionGateway.Caching.Store;

/// <summary>
/// What makes two requests on one connection the same: a hash over everything of them that Notion sees and that may change its response. Every part
/// goes in with its length, so that parts cannot run into each other.
/// </summary>
internal sealed class CacheKey : IEquatable<CacheKey>
{
    private const int SmallHead = 2048;

    private readonly UInt128 _first;
    private readonly UInt128 _second;

    private CacheKey(ReadOnlySpan<byte> digest) => (_first, _second) = (MemoryMarshal.Read<UInt128>(digest), MemoryMarshal.Read<UInt128>(digest[16..]));

    public static CacheKey Of(ReadOnlySpan<byte> body, params ReadOnlySpan<string?> head)
    {
        var size = SHA256.HashSizeInBytes;
        foreach (var part in head)
        {
            size += sizeof(int) + (sizeof(char) * (part?.Length ?? 0));
        }

        var all = size <= SmallHead ? stackalloc byte[size] : new byte[size];
        var rest = all;
        foreach (var part in head)
        {
            MemoryMarshal.Write(rest, part?.Length ?? -1);
            MemoryMarshal.AsBytes(part.AsSpan()).CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + (sizeof(char) * (part?.Length ?? 0)))..];
        }

        SHA256.HashData(body, rest);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(all, digest);
        return new CacheKey(digest);
    }

    public bool Equals(CacheKey? other) => other is not null && _first == other._first && _second == other._second;

    public override bool Equals(object? obj) => Equals(obj as CacheKey);

    public override int GetHashCode() => _first.GetHashCode();
}
