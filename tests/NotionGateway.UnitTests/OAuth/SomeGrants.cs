using System.Text;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.UnitTests.OAuth;

/// <summary>Builders of what a store keeps, and the words to compare it by: records with byte arrays in them do not compare equal.</summary>
internal static class SomeGrants
{
    public static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, 7, TimeSpan.Zero);

    public static CredentialName Name(string text) =>
        CredentialName.TryParseGrant(text, out var name) ? name : throw new ArgumentException($"'{text}' is no grant's name.", nameof(text));

    public static Grant Grant(string name, string? id = null, string? bot = null) => new()
    {
        Id = id ?? "id of " + name,
        Name = Name(name),
        BotId = bot ?? "bot of " + name,
        WorkspaceId = "workspace",
        WorkspaceName = "Acme \U0001F40C",
        Owner = null,
        CreatedAt = Noon,
        RefreshedAt = Noon,
        Secrets = Secrets(1),
    };

    /// <summary>A pair that shows whether it is whole.</summary>
    public static SealedSecrets Secrets(long number) =>
        new(Encoding.UTF8.GetBytes($"access {number}"), Encoding.UTF8.GetBytes($"refresh {number}"), Encoding.UTF8.GetBytes($"profile {number}"));

    public static BoundKey Key(string key, Grant grant, string issue = "issue", BoundKeyKind kind = BoundKeyKind.Access, DateTimeOffset? endsAt = null) =>
        new(KeyDigest.Of(key), grant.Id, "crm", kind, issue, endsAt);

    public static ConnectLink Link(string secret, DateTimeOffset endsAt) => new(KeyDigest.Of(secret), Name("crm/acme"), endsAt);

    public static PendingConsent Consent(string state, DateTimeOffset endsAt) =>
        new(KeyDigest.Of(state), KeyDigest.Of("cookie"), KeyDigest.Of("link"), Name("crm/acme"), endsAt);

    public static string Told(Grant? grant) => grant is null ? "none" : string.Join(
        '|',
        grant.Id,
        grant.Name,
        grant.BotId,
        grant.WorkspaceId,
        grant.WorkspaceName,
        grant.Owner,
        grant.CreatedAt.ToString("O"),
        grant.RefreshedAt.ToString("O"),
        grant.State,
        grant.Version,
        Convert.ToHexString(grant.Secrets.AccessToken),
        grant.Secrets.RefreshToken is { } refresh ? Convert.ToHexString(refresh) : "none",
        Convert.ToHexString(grant.Secrets.Profile));

    public static string Told(IEnumerable<Grant> grants) => string.Join('\n', grants.Select(Told));
}
