using NotionGateway.Settings;

namespace NotionGateway.Bodies;

/// <summary>The part of section <c>Gateway:Forwarding</c> that bounds what callers send: how large, how slow, and in which version.</summary>
internal sealed record BodiesOptions
{
    /// <summary>The versions a caller may send; any by default (null).</summary>
    public required IReadOnlyList<string>? AllowedNotionVersions { get; init; }

    /// <summary>The largest JSON body, in bytes; 1 MiB by default.</summary>
    public required long MaxJsonBodyBytes { get; init; }

    /// <summary>The largest body of a file upload request, in bytes; 25 MiB by default.</summary>
    public required long MaxUploadBodyBytes { get; init; }

    /// <summary>How long a caller may take to send a JSON body; 15 seconds by default.</summary>
    public required TimeSpan BodyReadTimeout { get; init; }

    public static BodiesOptions Read(SettingsSection forwarding) => new()
    {
        AllowedNotionVersions = forwarding.List("AllowedNotionVersions", shown: "any"),
        MaxJsonBodyBytes = forwarding.Whole("MaxJsonBodyBytes", 1_048_576, 1024, 64 * 1_048_576),
        MaxUploadBodyBytes = forwarding.Whole("MaxUploadBodyBytes", 26_214_400, 1024, 1_073_741_824),
        BodyReadTimeout = forwarding.Duration("BodyReadTimeout", TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
    };
}
