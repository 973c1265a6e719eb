using System.CommandLine;
using NotionGateway.Cli.Text;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>webhooks token</c>: shows the verification token that Notion has sent, which a person must enter there.</summary>
internal static class WebhooksCommand
{
    public static Command Create(IProcessEnvironment environment, Terminal terminal)
    {
        var name = new Argument<string>("NAME") { Description = "The webhook, as it is named under Gateway:Webhooks." };
        const string Summary = "Print the verification token that Notion sent to a webhook with Setup=true. It is shown once.";
        return new Command("webhooks", "Set up webhooks.")
        {
            OperatorCommand.Create(environment, terminal, "token", Summary, [name], async (parsed, client, cancellationToken) =>
                parsed.GetRequiredValue(name) is var webhook && !OperatorCommand.IsName(parsed, "NAME", webhook)
                    ? ExitCode.Misconfigured
                    : OperatorCommand.Tell(
                        parsed,
                        await client.WebhookTokenAsync(webhook, cancellationToken),
                        reply => PlainText.Of(OperatorReply.Text(reply.Body, "token")))),
        };
    }
}
