using NotionGateway.Access;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>Section <c>Gateway:Operator</c>: who may ask for the status and administer OAuth grants. Applied only at start.</summary>
internal sealed record OperatorOptions
{
    /// <summary><c>KeyHashes[]</c>: digests of the operators' keys. None by default, and then there is no operator listener.</summary>
    public required IReadOnlyList<KeyDigest> Keys { get; init; }

    public bool IsOn => Keys.Count > 0;

    public static OperatorOptions Read(SettingsSection section)
    {
        var options = new OperatorOptions { Keys = KeyHashes.Read(section) };
        if (options.Keys.Distinct().Count() < options.Keys.Count)
        {
            section.Error(KeyHashes.Setting, "contains the same hash twice");
        }

        section.RejectUnknown();
        return options;
    }
}
