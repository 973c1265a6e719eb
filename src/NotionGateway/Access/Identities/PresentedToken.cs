using System.Diagnostics;

namespace NotionGateway.Access.Identities;

/// <summary>A token that has been presented and is not verified yet. It is a secret, and cannot be printed by accident.</summary>
[DebuggerDisplay("[redacted]")]
internal sealed class PresentedToken(ReadOnlySpan<char> text)
{
    /// <summary>For the check of the signature, and for nothing else.</summary>
    public string Text { get; } = text.ToString();

    public override string ToString() => "[redacted]";
}
