using NotionSandbox.Connections;
using NotionSandbox.Workspaces;

namespace NotionSandbox.OAuth;

/// <summary>That one person opened one workspace to one app. To consent again renews it: there is always one bot.</summary>
internal sealed class OAuthGrant(OAuthApp app, Person owner, Connection connection)
{
    public OAuthApp App => app;

    public Person Owner => owner;

    /// <summary>The bot, with its budget and its access tokens.</summary>
    public Connection Connection => connection;

    public string BotId => connection.BotId;

    /// <summary>One for each consent, oldest first.</summary>
    public List<TokenFamily> Families { get; } = [];
}
