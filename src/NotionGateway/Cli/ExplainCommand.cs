using System.CommandLine;
using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Hosting;
using NotionGateway.Notion;
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
        output.WriteLine($"caller      {caller} (permissions {caller.Permissions}{(caller.Disabled ? "; disabled" : "")})");
        var explanation = rules.Explain(caller, method, path, chosen, out var reading);
        var refusal = explanation.Refusal;
        if (explanation.Operation is { } operation)
        {
            var kind = $"{(operation.Reads ? "reads" : "writes")}, {(operation.Repeatable ? "may be repeated" : "is sent once")}";
            output.WriteLine($"operation   {operation.Name}: {operation}, needs {operation.Needs.Description()}, {kind}");
            output.WriteLine($"credential  {explanation.Credential?.Value ?? "none"}");
        }

        if (reading is not null && TargetGuard.HasTwoSlashes(path))
        {
            output.WriteLine("target      is read with a single leading slash");
        }

        if (reading is { QueryTokens: > 0 } && refusal?.Reason != RefusalReason.QueryTokenRejected)
        {
            output.WriteLine("target      is changed: credentials are removed from the query");
        }

        output.WriteLine(refusal is null
            ? "decision    allowed: it would wait for a permit and be sent to Notion"
            : $"decision    {refusal.Reason.ShownAs.Status} {refusal.Reason}: {refusal.Message}");
        return refusal is null ? ExitCode.Done : ExitCode.Failed;
    }
}
