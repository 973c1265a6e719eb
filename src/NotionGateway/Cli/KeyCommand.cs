using System.CommandLine;
using NotionGateway.Access;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>key new NAME</c>: creates a gateway key and shows it once, with the hash to configure.</summary>
internal static class KeyCommand
{
    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The caller or operator that will use the key." };
        var forOperator = new Option<bool>("--operator") { Description = "Create an operator key: it manages OAuth grants and cannot call Notion." };
        var create = new Command("new", "Create a key and print it once, with the hash to configure.") { name, forOperator };
        create.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var caller = parsed.GetRequiredValue(name);
            if (!GatewayName.IsValid(caller))
            {
                error.WriteLine($"'{caller}' is not a valid name: use {GatewayName.Rule}.");
                return ExitCode.Misconfigured;
            }

            Print(output, caller, GatewayKey.New(), parsed.GetValue(forOperator));
            return ExitCode.Done;
        });
        return new Command("key", "Create gateway keys.") { create };
    }

    private static void Print(TextWriter output, string name, string key, bool forOperator)
    {
        var hash = KeyDigest.Of(key);
        output.WriteLine(forOperator
            ? $"Operator key for '{name}' (shown only once; the commands read it from {OperatorAddress.KeyVariable}):"
            : $"Gateway key for '{name}' (shown only once; give it to the service as a secret):");
        output.WriteLine();
        output.WriteLine($"  {key}");
        output.WriteLine();
        output.WriteLine("Its hash, for the gateway's configuration:");
        output.WriteLine();
        output.WriteLine(forOperator
            ? $"  \"Gateway\": {{ \"Operator\": {{ \"KeyHashes\": [ \"{hash}\" ] }} }}"
            : $"  \"Gateway\": {{ \"Access\": {{ \"Callers\": {{ \"{name}\": {{ \"KeyHashes\": [ \"{hash}\" ] }} }} }} }}");
        output.WriteLine();
        output.WriteLine(forOperator ? $"  Gateway__Operator__KeyHashes__0={hash}" : $"  Gateway__Access__Callers__{name}__KeyHashes__0={hash}");
    }
}
