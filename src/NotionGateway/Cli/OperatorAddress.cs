using System.CommandLine;
using NotionGateway.Access.Identities;
using NotionGateway.Credentials.Sources;
using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary>Address and key of the operator listener; never an address to which the key would travel in clear text.</summary>
internal sealed record OperatorAddress(Uri Url, string Key)
{
    public const string KeyVariable = "GATEWAY_OPERATOR_KEY";

    /// <summary>The options that every command to the operator listener has.</summary>
    public static Option<string?> UrlOption => new("--url")
    {
        Description = "Address of the operator listener. Default: the configured one, on this machine.",
        HelpName = "URL",
    };

    /// <summary>Null, with the problem in words, if there is no address or no key. A key that was typed is used instead of the variable.</summary>
    public static OperatorAddress? Find(IProcessEnvironment environment, string? configFile, string? url, out string problem, string? typed = null)
    {
        problem = "";
        if (WrongWithKey(typed ?? environment.Get(KeyVariable), typed is null ? KeyVariable : "The operator key", out var key) is { } wrong)
        {
            problem = wrong;
            return null;
        }

        var address = url is null ? Configured(environment, configFile, out problem) : Given(url, out problem);
        if (address is null)
        {
            return null;
        }

        if (address.Scheme == Uri.UriSchemeHttp && !address.IsLoopback)
        {
            problem =
                $"{address.GetLeftPart(UriPartial.Authority)} is a remote address without https: the operator key would be sent in clear text. "
                + "Use an https address, or a tunnel to this machine (kubectl port-forward, ssh -L).";
            return null;
        }

        return new OperatorAddress(address, key);
    }

    /// <summary>Without the key, which must not be printed.</summary>
    public override string ToString() => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>A token of an issuer is a key too, and may be longer than one.</summary>
    private static string? WrongWithKey(string? text, string what, out string key) =>
        TokenForm.HasForm(key = text?.Trim() ?? "") ? null
        : SecretText.TryClean(text ?? "", out key, SecretKind.GatewayKey) is not { } wrong ? null
        : wrong == SecretText.Empty
            ? $"Set {KeyVariable} to an operator key, or add --key-stdin. 'notion-gateway key new NAME --operator' creates one, "
            + "with the hash to configure at the gateway."
        : $"{what} cannot be used: {wrong}. Nothing was sent.";

    private static Uri? Given(string url, out string problem)
    {
        problem = "--url must be only an address, such as https://gateway.example.com:8082 or http://127.0.0.1:8082.";
        return Uri.TryCreate(url, UriKind.Absolute, out var address)
            && address is { Scheme: "http" or "https", UserInfo: "", PathAndQuery: "/", Fragment: "" }
            ? address
            : null;
    }

    private static Uri? Configured(IProcessEnvironment environment, string? configFile, out string problem)
    {
        var errors = new SettingErrors();
        var address = ListenerRules.LocalAddress(new SettingsSource(environment, configFile).Load(errors), Listener.Operator);
        problem = errors.All.Count > 0
            ? $"The configuration cannot be read: {string.Join("; ", errors.All)}"
            : $"The operator listener is disabled in this configuration: set {Listener.Operator.OpenedBy[0]} to enable it, or name another gateway with --url.";
        return address;
    }
}
