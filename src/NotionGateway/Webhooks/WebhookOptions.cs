using NotionGateway.Credentials.Sources;
using NotionGateway.Settings;

namespace NotionGateway.Webhooks;

/// <summary>Section <c>Gateway:Webhooks:{name}</c>: one webhook subscription of a Notion connection. Applied only at start.</summary>
internal sealed record WebhookOptions
{
    public const string Root = "Webhooks";

    public required string Name { get; init; }

    /// <summary><c>Token</c>: where the verification token is read that signs the events; null during setup.</summary>
    public required SecretReference? Token { get; init; }

    /// <summary>The workspace whose events these are: for a connection that sees all of it. Null if credentials are named.</summary>
    public required string? Workspace { get; init; }

    /// <summary>The credentials of the connection whose webhook it is; none if the workspace is named.</summary>
    public required IReadOnlyList<string> Credentials { get; init; }

    /// <summary>Whether Notion's first request, which brings the token, is accepted; false by default.</summary>
    public required bool Setup { get; init; }

    public static WebhookOptions Read(string name, SettingsSection section)
    {
        var token = section.Section("Token");
        var options = new WebhookOptions
        {
            Name = name,
            Token = token.IsThere ? SecretReference.Read(token, SecretKind.WebhookToken) : null,
            Workspace = section.Text("Workspace"),
            Credentials = section.List("Credentials") ?? [],
            Setup = section.Flag("Setup", false),
        };
        if (options.Token is null && !options.Setup)
        {
            section.Error("Token", "is required: name the source of the verification token, or set Setup=true to receive it from Notion");
        }
        else if (options.Token is not null && options.Setup)
        {
            section.Error("Setup", "must be removed: the token is configured, and no other one is accepted");
        }

        if (options.Workspace is null == (options.Credentials.Count == 0))
        {
            section.Error("Credentials", "name the credentials of the connection whose webhook it is, or set Workspace, and not both");
        }

        if (options.Workspace?.Replace("-", "", StringComparison.Ordinal) is { } plain && (plain.Length != 32 || !plain.All(char.IsAsciiHexDigit)))
        {
            section.Error("Workspace", "write the id of the workspace, 32 hex digits with or without dashes");
        }

        if (token.IsThere)
        {
            token.RejectUnknown();
        }

        section.RejectUnknown();
        return options;
    }
}
