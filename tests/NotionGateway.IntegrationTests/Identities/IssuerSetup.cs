using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>Issuers and identities in a gateway's configuration, in verbs.</summary>
internal static class IssuerSetup
{
    public static GatewaySetup Issuer(this GatewaySetup setup, string name, IssuerServer issuer, params (string Key, string Value)[] settings)
    {
        setup.Setting($"Gateway:Access:Issuers:{name}:Issuers:0", issuer.Value)
            .Setting($"Gateway:Access:Issuers:{name}:CaFile", issuer.Authority.PemFile);
        return setup.IssuerSettings(name, settings);
    }

    public static GatewaySetup IssuerSettings(this GatewaySetup setup, string name, params (string Key, string Value)[] settings)
    {
        setup.Setting($"Gateway:Access:Issuers:{name}:Audiences:0", TestIssuer.Audience);
        foreach (var (key, value) in settings)
        {
            setup.Setting($"Gateway:Access:Issuers:{name}:{key}", value);
        }

        return setup;
    }

    /// <summary>A caller without a key who is this identity.</summary>
    public static GatewaySetup Identity(this GatewaySetup setup, string caller, string issuer, params (string Key, string Value)[] settings)
    {
        var path = $"Gateway:Access:Callers:{caller}";
        setup.Setting($"{path}:Permissions:0", "all").Setting($"{path}:Identities:it:Issuer", issuer);
        foreach (var (key, value) in settings)
        {
            setup.Setting($"{path}:Identities:it:{key}", value);
        }

        return setup;
    }
}
