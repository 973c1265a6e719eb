using NotionGateway.Settings;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>Where an issuer's keys come from, and how often they are read.</summary>
internal sealed record KeyPlace
{
    /// <summary>Whether they are asked of the API server of the cluster that the gateway runs in.</summary>
    public required bool InCluster { get; init; }

    /// <summary>The document of keys itself; null if it is discovered or in a file.</summary>
    public required Uri? Address { get; init; }

    /// <summary>A file with the keys (JWKS), which is watched.</summary>
    public required string? File { get; init; }

    /// <summary>The only authorities that the issuer's server may have its certificate from; the system's if absent.</summary>
    public required string? CaFile { get; init; }

    public required TimeSpan RefreshInterval { get; init; }

    /// <summary>The least time between two fetches because of tokens with an unknown key.</summary>
    public required TimeSpan MinRefresh { get; init; }

    /// <summary>How long the last good keys are used while they cannot be read again.</summary>
    public required TimeSpan MaxKeyAge { get; init; }

    /// <summary>The issuer whose metadata name the address of its keys; null if that is known without it.</summary>
    public string? DiscoveredFrom { get; init; }

    /// <summary>The place alone: another age or interval does not make the keys that were read there worth less.</summary>
    public KeyPlace WithoutTimes() => this with { RefreshInterval = TimeSpan.Zero, MinRefresh = TimeSpan.Zero, MaxKeyAge = TimeSpan.Zero };

    public bool NeedsDiscovery => Address is null && File is null && !InCluster;

    public static KeyPlace Read(SettingsSection section, bool inCluster)
    {
        var address = section.Text("KeysUri");
        var place = new KeyPlace
        {
            InCluster = inCluster,
            Address = address is not null && IsAddress(address) ? new Uri(address) : null,
            File = section.Text("KeysFile"),
            CaFile = section.Text("CaFile"),
            RefreshInterval = section.Duration("RefreshInterval", TimeSpan.FromHours(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(1)),
            MinRefresh = section.Duration("MinRefresh", TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1), TimeSpan.FromHours(1)),
            MaxKeyAge = section.Duration("MaxKeyAge", TimeSpan.FromDays(1), TimeSpan.FromMinutes(1), TimeSpan.FromDays(365)),
        };
        if (inCluster)
        {
            // The pod's token goes with the question: it must not go wherever somebody wrote.
            foreach (var (key, _) in new[] { ("KeysUri", address), ("KeysFile", place.File), ("CaFile", place.CaFile) }.Where(set => set.Item2 is not null))
            {
                section.Error(key, "does not apply to Kubernetes: keys are asked of the cluster's own API server");
            }

            return place with { Address = null, File = null, CaFile = null };
        }

        if (address is not null && place.Address is null)
        {
            section.Error("KeysUri", "write an https address without user, password and fragment; keys read over http could be anybody's");
        }

        if (address is not null && place.File is not null)
        {
            section.Error("KeysFile", "is the second place for the keys: write either KeysUri or KeysFile");
        }

        if (place.CaFile is not null && (place.File is not null ? "applies to addresses only: remove it, since KeysFile is a file"
            : AuthorityFile.Problem(place.CaFile)) is { } problem)
        {
            section.Error("CaFile", problem);
        }

        if (place.MaxKeyAge < place.RefreshInterval)
        {
            section.Error("MaxKeyAge", "is shorter than RefreshInterval: the keys would be too old before they are read again");
        }

        // An address with an error of its own is not one to discover.
        return address is not null && place.Address is null ? place with { File = place.File ?? "" } : place;
    }

    /// <summary>Whether keys may be read from there.</summary>
    public static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.UserInfo.Length == 0 && uri.Fragment.Length == 0
        && uri.Host.Length > 0;

    /// <summary>The place in words, for people.</summary>
    public string Description => InCluster ? "the API server" : File ?? Address?.AbsoluteUri ?? DiscoveredFrom ?? "nowhere";
}
