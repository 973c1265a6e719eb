using System.CommandLine;
using NotionGateway.Access;
using NotionGateway.Caching.Store;
using NotionGateway.Hosting;
using NotionGateway.Operator.Status;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>explain</c>: what the gateway would decide about a request, and why, without sending it.</summary>
internal static class ExplainCommand
{
    public static Command Create(IProcessEnvironment environment)
    {
        var caller = new Option<string?>("--caller") { Description = "The caller that sends the request.", HelpName = "NAME" };
        var token = new Option<FileInfo?>("--token-file")
        {
            Description = "Instead of --caller: a file with the token that is presented. Reads the keys of the issuers, and prints each check.",
            HelpName = "FILE",
        };
        var credential = new Option<string?>("--credential") { Description = "The credential that the request names.", HelpName = "NAME" };
        var method = new Argument<string?>("METHOD") { Description = "GET, POST, PATCH or DELETE.", Arity = ArgumentArity.ZeroOrOne };
        var path = new Argument<string?>("PATH") { Description = "Path and query, for example /v1/pages/abc?x=1.", Arity = ArgumentArity.ZeroOrOne };
        var config = ConfigurationLoading.ConfigOption;
        var command = new Command("explain", "Print what the gateway would do with a caller's request, and why.")
        {
            caller, token, credential, method, path, config,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            if (parsed.GetValue(caller) is null == parsed.GetValue(token) is null)
            {
                await error.WriteLineAsync("Say who sends the request: either --caller NAME or --token-file FILE.");
                return ExitCode.Misconfigured;
            }

            if (parsed.GetValue(method) is not { } verb || parsed.GetValue(path) is not { } target)
            {
                var who = parsed.GetValue(caller) is { } named ? $"--caller {named}" : "--token-file FILE";
                await error.WriteLineAsync($"Say which request: METHOD and PATH, for example: notion-gateway explain {who} GET /v1/users/me");
                return ExitCode.Misconfigured;
            }

            var source = new SettingsSource(environment, parsed.GetValue(config)?.FullName);
            if (ConfigurationLoading.TryLoad(source, error) is not var (configuration, settings))
            {
                return ExitCode.Misconfigured;
            }

            var rules = new AccessRules(settings.Access);
            var name = parsed.GetValue(caller);
            if (parsed.GetValue(token) is { } file)
            {
                if (TokenFile.Read(file.FullName, out var problem) is not { } presented)
                {
                    await error.WriteLineAsync(problem);
                    return ExitCode.Misconfigured;
                }

                name = await TokenFile.ExplainAsync(presented, output, source, configuration, settings, cancellationToken);
                if (name is null)
                {
                    return ExitCode.Failed;
                }
            }

            if (rules.CallerNamed(name ?? "") is not { } sender)
            {
                await error.WriteLineAsync($"There is no caller '{name}'; the callers are {string.Join(", ", rules.Callers)}.");
                return ExitCode.Misconfigured;
            }

            return Explain(output, rules, settings.Caching, sender, verb, target, parsed.GetValue(credential));
        });
        return command;
    }

    private static int Explain(
        TextWriter output, AccessRules rules, CachingOptions caching, Caller caller, string method, string path, string? chosen)
    {
        var explanation = Explanation.Of(rules, caching, caller, method, path, chosen);
        foreach (var (label, text) in explanation.Steps)
        {
            output.WriteLine($"{label,-12}{text}");
        }

        return explanation.Allowed ? ExitCode.Done : ExitCode.Failed;
    }
}
