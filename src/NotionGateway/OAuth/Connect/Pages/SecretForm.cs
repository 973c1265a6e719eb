namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>The form of links, states and cookies. What does not match was never issued, so the store need not be asked.</summary>
internal static class SecretForm
{
    /// <summary>The digest that such a secret is looked up by; null if the text cannot be one.</summary>
    public static KeyDigest? DigestOf(string? text) =>
        text is { Length: 43 } && text.All(char.IsAsciiLetterOrDigit) ? KeyDigest.Of(text) : null;
}
