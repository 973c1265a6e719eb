namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>A link that can be used.</summary>
internal sealed record LinkView(CredentialName Name, DateTimeOffset ExpiresAt);

/// <summary>A person cancelled at Notion.</summary>
/// <param name="UsableUntil">How long the link can still be used; null if it cannot.</param>
internal sealed record CancelledView(DateTimeOffset? UsableUntil);

/// <summary>A heading and a paragraph.</summary>
internal sealed record MessageView(string Title, string Text);
