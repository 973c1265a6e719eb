using System.Collections.Concurrent;
using NotionGateway.Settings;

namespace NotionGateway;

/// <summary>
/// The name of a credential: what callers may know and metrics may show of it, unlike the token behind it. That of an OAuth
/// grant is <c>app/name</c>; no configured credential has a slash.
/// </summary>
internal readonly record struct CredentialName(string Value)
{
    /// <summary>The credential that <c>NOTION_TOKEN</c> fills and that callers use when nothing else is said.</summary>
    public static readonly CredentialName Default = new("default");

    private static readonly ConcurrentDictionary<string, string> LabelsByApp = new(StringComparer.Ordinal);

    /// <summary>The app of a grant; null for a configured credential.</summary>
    public string? App => Value.IndexOf('/', StringComparison.Ordinal) is var slash and > 0 ? Value[..slash] : null;

    /// <summary>The app of a name that is known to be a grant's.</summary>
    public string AppOfGrant => App ?? throw new InvalidOperationException($"'{Value}' is not the name of a grant.");

    public bool IsGrant => Value.Contains('/', StringComparison.Ordinal);

    /// <summary>What metrics say: grants are counted by their app, since there may be any number of them.</summary>
    public string Label
    {
        get
        {
            var slash = Value.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0)
            {
                return Value;
            }

            // Apps are configured: their number is small, and no label is made twice.
            var app = Value.AsSpan(0, slash);
            return LabelsByApp.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(app, out var label)
                ? label
                : LabelsByApp.GetOrAdd(app.ToString(), static text => $"oauth:{text}");
        }
    }

    /// <summary>The name of a grant from its two parts, each a <see cref="GatewayName"/>; null if they are not.</summary>
    public static CredentialName? OfGrant(string? app, string? name) =>
        GatewayName.IsValid(app) && GatewayName.IsValid(name) ? new CredentialName($"{app}/{name}") : null;

    /// <summary>A grant's name as it is written: <c>app/name</c>.</summary>
    public static bool TryParseGrant(string? text, out CredentialName name)
    {
        var parts = text?.Split('/') ?? [];
        var parsed = parts.Length == 2 ? OfGrant(parts[0], parts[1]) : null;
        name = parsed ?? default;
        return parsed is not null;
    }

    public override string ToString() => Value;
}
