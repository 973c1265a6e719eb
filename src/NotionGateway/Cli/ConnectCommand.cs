using System.CommandLine;
using System.Globalization;
using NotionGateway.Cli.Text;
using NotionGateway.Operator;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>connect new</c>: has the running gateway create a one-time link with which someone connects a workspace.</summary>
internal static class ConnectCommand
{
    public static Command Create(IProcessEnvironment environment, Terminal terminal)
    {
        var app = new Option<string>("--app") { Description = "The OAuth app to connect with.", Required = true, HelpName = "APP" };
        var name = new Option<string>("--name") { Description = "The name that the grant will have, within the app.", Required = true, HelpName = "NAME" };
        var expires = new Option<string?>("--expires")
        {
            Description = "How long the link is valid, as d.hh:mm:ss. Default: one day; maximum: one week.",
            HelpName = "TIME",
        };
        const string Summary = "Create a one-time link for the person who gives consent.";
        var create = OperatorCommand.Create(environment, terminal, "new", Summary, [app, name, expires], async (parsed, client, cancellationToken) =>
        {
            var (appName, grantName, life) = (parsed.GetRequiredValue(app), parsed.GetRequiredValue(name), parsed.GetValue(expires));
            if (life is not null && !ConnectLinks.TryReadLife(life, out _))
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync($"--expires: write {ConnectLinks.LifeRule}.");
                return ExitCode.Misconfigured;
            }

            return OperatorCommand.IsName(parsed, "--app", appName) && OperatorCommand.IsName(parsed, "--name", grantName)
                ? OperatorCommand.Tell(parsed, await client.CreateLinkAsync(appName, grantName, life, cancellationToken), Description)
                : ExitCode.Misconfigured;
        });
        return new Command("connect", "Let someone connect a Notion workspace.") { create };
    }

    private static string Description(OperatorReply reply)
    {
        var name = PlainText.Of(OperatorReply.Text(reply.Body, "name"));
        var reconnects = OperatorReply.Flag(reply.Body, "reconnects");
        var expiresAt = OperatorReply.Text(reply.Body, "expires_at");
        var until = DateTimeOffset.TryParse(expiresAt, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)
            : "it expires";
        return $"""
            Link for '{name}' (shown only once; anyone who has it can connect one workspace, once, until {until}):

              {PlainText.Of(OperatorReply.Text(reply.Body, "url"))}
            {(reconnects ? $"\nGrant '{name}' already exists and will be reconnected.\n" : "")}
            Open it in the browser of the person who gives consent.
            """;
    }
}
