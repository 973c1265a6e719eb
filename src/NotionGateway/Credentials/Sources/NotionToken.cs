using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.Credentials.Sources;

/// <summary>
/// A Notion token. It cannot be printed by accident, and it hands its value out for one purpose only: as the
/// Authorization of a request to the one host it is bound to.
/// </summary>
[DebuggerDisplay("[redacted]")]
internal sealed class NotionToken : IEquatable<NotionToken>
{
    private readonly string _bearer;
    private readonly string _origin;
    private readonly byte[] _fingerprint;

    public NotionToken(string value, Uri boundTo)
    {
        _bearer = "Bearer " + value;
        _origin = boundTo.GetLeftPart(UriPartial.Authority) + "/";
        _fingerprint = SHA256.HashData(Encoding.UTF8.GetBytes(value));
        Matcher = new TokenMatcher(value);
    }

    /// <summary>Finds this token in Notion's responses.</summary>
    public TokenMatcher Matcher { get; }

    /// <summary>A digest that distinguishes tokens without revealing them.</summary>
    public string Fingerprint => Convert.ToHexString(_fingerprint);

    /// <summary>The Authorization value for a request to the bound host; an exception for any other.</summary>
    public string BearerFor(Uri destination) => destination.OriginalString.StartsWith(_origin, StringComparison.Ordinal)
        ? _bearer
        : throw new InvalidOperationException("A Notion token was requested for a host that it is not bound to.");

    public bool Equals(NotionToken? other) =>
        other is not null && _origin == other._origin && CryptographicOperations.FixedTimeEquals(_fingerprint, other._fingerprint);

    public override bool Equals(object? obj) => Equals(obj as NotionToken);

    public override int GetHashCode() => BitConverter.ToInt32(_fingerprint);

    public override string ToString() => "[redacted]";
}
