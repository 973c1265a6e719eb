using System.Collections.Frozen;

namespace NotionGateway.Access;

/// <summary>A service, authenticated by its key.</summary>
internal sealed class Caller(CallerOptions options)
{
    /// <summary>The label for callers that are not authenticated.</summary>
    public const string Unknown = "unknown";

    private readonly FrozenSet<string> _mayChoose =
        options.Credentials.Append(options.Credential).OfType<string>().ToFrozenSet(StringComparer.Ordinal);

    /// <summary>The beginnings of names that rules such as <c>crm/*</c> allow.</summary>
    private readonly string[] _prefixes = [.. options.Credentials.Where(CallerOptions.IsPrefixRule).Select(rule => rule[..^1])];

    public string Name => options.Name;

    public Permissions Permissions => options.Permissions;

    public double Weight => options.Weight;

    public TimeSpan MaxWait => options.MaxWait;

    /// <summary>The policy by which it gets stored responses; null if it never does.</summary>
    public string? Cache => options.Cache;

    public bool Disabled => options.Disabled;

    /// <summary>What its requests use when they do not choose; null if they must choose among grants.</summary>
    public CredentialName? Credential { get; } = options.Credential is { } name ? new CredentialName(name) : null;

    public bool MayUse(string credential) =>
        _mayChoose.Contains(credential)
            ? !CallerOptions.IsPrefixRule(credential)
            : Array.Exists(_prefixes, prefix => credential.StartsWith(prefix, StringComparison.Ordinal))
                && CredentialName.TryParseGrant(credential, out _);

    public override string ToString() => Name;
}
