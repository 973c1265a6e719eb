using System.Collections.Frozen;

namespace NotionGateway.Access;

/// <summary>A service that has proved who it is by its key.</summary>
internal sealed class Caller(CallerOptions options)
{
    /// <summary>The label for whoever has not proved anything.</summary>
    public const string Unknown = "unknown";

    private readonly FrozenSet<string> _mayChoose =
        options.Credentials.Append(options.Credential!).ToFrozenSet(StringComparer.Ordinal);

    public string Name => options.Name;

    public Grants Grants => options.Grants;

    public double Weight => options.Weight;

    public TimeSpan MaxWait => options.MaxWait;

    public bool Disabled => options.Disabled;

    /// <summary>What its requests use when they do not choose.</summary>
    public CredentialName Credential { get; } = new(options.Credential!);

    public bool MayUse(string credential) => _mayChoose.Contains(credential);

    public override string ToString() => Name;
}
