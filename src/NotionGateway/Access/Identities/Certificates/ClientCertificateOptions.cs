using NotionGateway.Settings;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>Section <c>Gateway:Access:ClientCertificates</c>: who vouches for certificates that callers may present.</summary>
internal sealed record ClientCertificateOptions
{
    /// <summary>The authorities, and no others, in a PEM file that is watched; null if callers have no certificates.</summary>
    public required string? TrustedCaFile { get; init; }

    public static ClientCertificateOptions Read(SettingsSection section)
    {
        var options = new ClientCertificateOptions { TrustedCaFile = section.Text("TrustedCaFile") };
        if (options.TrustedCaFile is { } path && AuthorityFile.Problem(path) is { } problem)
        {
            section.Error("TrustedCaFile", problem);
        }

        section.RejectUnknown();
        return options;
    }
}
