using System.Collections.Frozen;
using System.Text.Json;

namespace NotionGateway.Access.Identities;

/// <summary>
/// One claim that a token must have: <c>name=value</c>, or <c>/way/to/it=value</c> into objects (RFC 6901). The value may be an element of an
/// array. Only texts are compared: the number 1 is not "1".
/// </summary>
internal sealed record ClaimRule(string Name, string Value)
{
    /// <summary>Claims that every token of an issuer has, whatever its subject.</summary>
    private static readonly FrozenSet<string> Common = new[] { "iss", "aud", "exp", "iat", "nbf", "jti", "typ" }.ToFrozenSet(StringComparer.Ordinal);

    private readonly string[] _way = WayOf(Name);

    /// <summary>Whether it tells one subject from another.</summary>
    public bool Distinguishes => _way.Length > 1 || !Common.Contains(_way[0]);

    /// <summary>Null if it is not <c>name=value</c>.</summary>
    public static ClaimRule? Parse(string text)
    {
        var end = text.IndexOf('=', StringComparison.Ordinal);
        var name = end > 0 ? text[..end] : "";
        return end <= 0 || end == text.Length - 1 || name == "/" || !HasSoundEscapes(name) ? null : new ClaimRule(name, text[(end + 1)..]);
    }

    public bool Holds(JsonElement claims)
    {
        var at = claims;
        foreach (var step in _way)
        {
            if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(step, out at))
            {
                return false;
            }
        }

        return at.ValueKind == JsonValueKind.Array ? at.EnumerateArray().Any(IsValue) : IsValue(at);
    }

    public bool Equals(ClaimRule? other) => other is not null && Name == other.Name && Value == other.Value;

    public override int GetHashCode() => HashCode.Combine(Name, Value);

    public override string ToString() => $"{Name}={Value}";

    private bool IsValue(JsonElement element) => element.ValueKind == JsonValueKind.String && element.ValueEquals(Value);

    private static string[] WayOf(string name) => name[0] != '/' ? [name]
        : [.. name[1..].Split('/').Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>In a pointer a tilde is written as <c>~0</c> and a slash as <c>~1</c>.</summary>
    private static bool HasSoundEscapes(string name)
    {
        for (var at = 0; name[0] == '/' && at < name.Length; at++)
        {
            if (name[at] == '~' && (at + 1 == name.Length || name[at + 1] is not ('0' or '1')))
            {
                return false;
            }
        }

        return true;
    }
}
