using System.CommandLine;
using System.Security.Cryptography;
using NotionGateway.Access;

namespace NotionGateway.Terminal;

/// <summary><c>key new NAME</c>: makes a gateway key and shows it once, with the hash to configure.</summary>
internal static class KeyCommand
{
    private const string Prefix = "ngw_";
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int Length = 43;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "The caller that will use the key." };
        var create = new Command("new", "Make a key and print it once, with the hash to configure.") { name };
        create.SetAction(parsed =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var caller = parsed.GetRequiredValue(name);
            if (!GatewayName.IsValid(caller))
            {
                error.WriteLine($"'{caller}' is not a name: use {GatewayName.Rule}.");
                return ExitCode.Misconfigured;
            }

            Print(output, caller, NewKey());
            return ExitCode.Done;
        });
        return new Command("key", "Make gateway keys.") { create };
    }

    /// <summary>43 characters of base62 hold 256 bits: nobody guesses one, so its plain SHA-256 is a safe thing to store.</summary>
    public static string NewKey() => Prefix + RandomNumberGenerator.GetString(Base62, Length);

    private static void Print(TextWriter output, string caller, string key)
    {
        var hash = KeyDigest.Of(key);
        output.WriteLine($"Gateway key for '{caller}' (shown this once; give it to the service as a secret):");
        output.WriteLine();
        output.WriteLine($"  {key}");
        output.WriteLine();
        output.WriteLine("Its hash, to be configured at the gateway:");
        output.WriteLine();
        output.WriteLine($"  \"Gateway\": {{ \"Access\": {{ \"Callers\": {{ \"{caller}\": {{ \"KeyHashes\": [ \"{hash}\" ] }} }} }} }}");
        output.WriteLine();
        output.WriteLine($"  Gateway__Access__Callers__{caller}__KeyHashes__0={hash}");
    }
}
