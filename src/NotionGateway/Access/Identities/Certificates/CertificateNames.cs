using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>
/// The names that a certificate gives its holder, as the settings write them: <c>uri:…</c> and <c>dns:…</c>. The common name is none of them: anybody
/// may have written anything there.
/// </summary>
internal static class CertificateNames
{
    private const string AlternativeNames = "2.5.29.17";
    private const string Uri = "uri:";
    private const string Dns = "dns:";
    private const string Spiffe = "spiffe://";

    private static readonly Asn1Tag DnsTag = new(TagClass.ContextSpecific, 2);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    /// <summary>None if they could mean two holders, or be read in two ways.</summary>
    public static IReadOnlyList<string> Read(X509Certificate2 certificate)
    {
        if (certificate.Extensions.Where(extension => extension.Oid?.Value == AlternativeNames).ToList() is not [var extension])
        {
            return [];
        }

        try
        {
            var names = Parse(extension.RawData);
            return names.All(name => IsPlain(name)) && names.Count(IsSpiffe) <= 1 ? names : [];
        }
        catch (AsnContentException)
        {
            return [];
        }
    }

    /// <summary>Whether the settings may name a holder so: exactly, and in lower case where case means nothing.</summary>
    public static bool IsValid(string name) =>
        name.StartsWith(Dns, StringComparison.Ordinal) ? name.Length > Dns.Length && name[Dns.Length..].All(IsDnsCharacter)
        : name.StartsWith(Uri, StringComparison.Ordinal) && IsPlain(name) && !name.Contains('*', StringComparison.Ordinal)
            && (IsSpiffe(name) ? IsSpiffeId(name[(Uri + Spiffe).Length..]) : name.IndexOf(':', Uri.Length) > Uri.Length);

    private static List<string> Parse(byte[] extension)
    {
        var reader = new AsnReader(extension, AsnEncodingRules.DER);
        var list = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        var names = new List<string>();
        while (list.HasData)
        {
            var tag = list.PeekTag();
            if (tag.HasSameClassAndValue(UriTag))
            {
                names.Add(Uri + list.ReadCharacterString(UniversalTagNumber.IA5String, UriTag));
            }
            else if (tag.HasSameClassAndValue(DnsTag))
            {
                names.Add(Dns + list.ReadCharacterString(UniversalTagNumber.IA5String, DnsTag).ToLowerInvariant());
            }
            else
            {
                list.ReadEncodedValue();
            }
        }

        return names;
    }

    /// <summary>A NUL ends a name for some readers and not for others, and a space is hardly seen.</summary>
    private static bool IsPlain(string name) => name.All(character => character is > ' ' and < '\x7F');

    private static bool IsSpiffe(string name) => name.StartsWith(Uri + Spiffe, StringComparison.OrdinalIgnoreCase);

    private static bool IsSpiffeId(string id) =>
        id.IndexOf('/', StringComparison.Ordinal) is var end and > 0 && end < id.Length - 1
        && id[..end].All(character => char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_');

    private static bool IsDnsCharacter(char character) =>
        char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character is '.' or '-' or '_';
}
