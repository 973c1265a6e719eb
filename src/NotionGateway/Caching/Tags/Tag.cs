using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.Caching.Tags;

/// <summary>What of Notion's a stored response depends on.</summary>
internal enum TagKind : byte
{
    // Of one object.
    Object,
    Children,

    /// <summary>Children of the blocks on a page, however deep.</summary>
    Nested,
    Markdown,
    Query,
    Comments,

    // Of a workspace.
    AllObjects,
    AllChildren,

    /// <summary>Children of blocks of which it is not known on which page they are.</summary>
    NestedChildren,
    AllMarkdown,
    AllQueries,
    AllComments,
    Search,
    Users,
    Emojis,
    Views,
    Workspace,

    // Of a connection.
    Connection,
}

/// <summary>A thing that a stored response depends on: when it changes, the response is no longer true.</summary>
/// <param name="Kind">What of it.</param>
/// <param name="Id">The object, the workspace or the connection.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Tag(TagKind Kind, UInt128 Id)
{
    /// <summary>Whether it comes from Notion's index, which is behind the objects for a moment after each change.</summary>
    public bool IsOfIndex => Kind is TagKind.Query or TagKind.AllQueries or TagKind.Search;

    /// <summary>
    /// An id as a number: of Notion's ids, case and dashes do not matter. Any other text gets a number of its own.
    /// </summary>
    public static UInt128 IdOf(ReadOnlySpan<char> text)
    {
        Span<char> plain = stackalloc char[32];
        var length = 0;
        foreach (var character in text)
        {
            if (character == '-')
            {
                continue;
            }

            if (length == plain.Length || !char.IsAsciiHexDigit(character))
            {
                return HashOf(text);
            }

            plain[length++] = character;
        }

        return length == plain.Length ? UInt128.Parse(plain, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : HashOf(text);
    }

    private static UInt128 HashOf(ReadOnlySpan<char> text) =>
        MemoryMarshal.Read<UInt128>(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString().ToLowerInvariant())));
}
