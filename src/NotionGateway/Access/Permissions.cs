using System.Collections.Immutable;
using NotionGateway.Notion;
using NotionGateway.Settings;

namespace NotionGateway.Access;

/// <summary>
/// What a caller may do: Notion's capability words, and three of ours: <c>read</c> for everything that reads content,
/// comments or users, <c>all</c> for every listed operation, and <c>oauth:app</c> for getting and renewing grants of an app.
/// </summary>
internal sealed record Permissions(Capability Capabilities, bool Reads, bool Everything)
{
    private const string AppPrefix = "oauth:";

    public const string Read = "read";
    public const string All = "all";

    private const Capability ReadableCapabilities = Capability.ReadContent | Capability.ReadComments | Capability.UserInfo;

    public static readonly Permissions ReadOnly = new(Capability.None, Reads: true, Everything: false);
    public static readonly Permissions Full = new(Capability.None, Reads: false, Everything: true);

    /// <summary>The apps whose consents it may turn into grants.</summary>
    public ImmutableHashSet<string> Apps { get; init; } = [];

    public bool MayUseApp(string app) => Apps.Contains(app);

    public static IEnumerable<string> Description => [.. CapabilityNames.All, Read, All];

    /// <summary>Whether the word is one of <see cref="Description"/>; if so, these permissions with it added.</summary>
    public bool TryAdd(string word, out Permissions permissions)
    {
        if (word.StartsWith(AppPrefix, StringComparison.Ordinal) && GatewayName.IsValid(word[AppPrefix.Length..]))
        {
            permissions = this with { Apps = Apps.Add(word[AppPrefix.Length..]) };
            return true;
        }

        permissions = word switch
        {
            Read => this with { Reads = true },
            All => this with { Everything = true },
            _ when CapabilityNames.Parse(word) is { } capability => this with { Capabilities = Capabilities | capability },
            _ => this,
        };
        return Description.Contains(word, StringComparer.Ordinal);
    }

    /// <summary>The capabilities that the operation needs and these permissions lack; <see cref="Capability.None"/> if it may be done.</summary>
    public Capability MissingFor(NotionOperation operation)
    {
        if (Everything || (Reads && operation.Reads && (operation.Needs & ~ReadableCapabilities) == Capability.None))
        {
            return Capability.None;
        }

        return operation.Needs & ~Capabilities;
    }

    public override string ToString()
    {
        var words = new List<string>();
        if (Everything)
        {
            words.Add(All);
        }

        if (Reads)
        {
            words.Add(Read);
        }

        if (Capabilities != Capability.None)
        {
            words.AddRange(Capabilities.Description().Split('+'));
        }

        words.AddRange(Apps.Order(StringComparer.Ordinal).Select(app => AppPrefix + app));
        return words.Count == 0 ? "nothing" : string.Join(", ", words);
    }
}
