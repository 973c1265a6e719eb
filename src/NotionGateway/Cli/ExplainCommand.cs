using System.CommandLine;
using NotionGateway.Access;
using NotionGateway.Hosting;
using NotionGateway.Operator.Status;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>explain</c>: what the gateway would decide about a request, and why, without sending anything.</summary>
internal static class ExplainCommand
{
    public static Command Create(IProcessEnvironment environment)
    {
        var caller = new Option<string>("--caller") { Description = "The caller that sends the request.", Required = true, HelpName = "NAME" };
        var credential = new Option<string?>("--credential") { Description = "The credential that the request names.", HelpName = "NAME" };
        var method = new Argument<string>("METHOD") { Description = "GET, POST, PATCH or DELETE." };
        var path = new Argument<string>("PATH") { Description = "Path and query, for example /v1/pages/abc?x=1." };
        var config = ConfigurationLoading.ConfigOption;
        var command = new Command("explain", "Print what the gateway would do with a caller's request, and why.") { caller, credential, method, path, config };
        command.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (ConfigurationLoading.TryLoad(new SettingsSource(environment, parsed.GetValue(config)?.FullName), error) is not { } loaded)
            {
                return ExitCode.Misconfigured;
            }

            var rules = new AccessRules(loaded.Settings.Access);
            var name = parsed.GetRequiredValue(caller);
            if (rules.CallerNamed(name) is not { } who)
            {
                error.WriteLine($"There is no caller '{name}'; the callers are {string.Join(", ", rules.Callers)}.");
                return ExitCode.Misconfigured;
            }

            return Explain(output, rules, who, parsed.GetRequiredValue(method), parsed.GetRequiredValue(path), parsed.GetValue(credential));
        });
        return command;
    }

    private static int Explain(TextWriter output, AccessRules rules, Caller caller, string method, string path, string? chosen)
    {
        var explanation = Explanation.Of(rules, caller, method, path, chosen);
        foreach (var (label, text) in explanation.Steps)
        {
            output.WriteLine($"{label,-12}{text}");
        }

        return explanation.Allowed ? ExitCode.Done : ExitCode.Failed;
    }
}
