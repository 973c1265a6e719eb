namespace NotionGateway.UnitTests.Hosting;

/// <summary>Many ways to get the configuration wrong, and the error for each.</summary>
public sealed class BadConfigurationTests
{
    private const string Hash = "sha256:2c70e12b7a0646f92279f427c7b38e7334d8e5389cff167a1dc30e73f826b683";
    private const string Crm = "Gateway:Access:Callers:crm";
    private const string Default = "Gateway:Credentials:default";
    private const string Forwarding = "Gateway:Forwarding";
    private const string Corp = "Gateway:Access:Issuers:corp";
    private const string Trusted = "Gateway:Access:ClientCertificates:TrustedCaFile";
    private const string Mode = "Kestrel:Endpoints:Data:ClientCertificateMode";

    /// <summary>The setting, what is written there, where the error points, and a word of what it says.</summary>
    public static readonly TheoryData<string, string?, string, string> Broken = new()
    {
        { "Gateway:Access:Callers:keyless:Weight", "1", "Gateway:Access:Callers:keyless:KeyHashes", "at least one hash" },
        { $"{Crm}:KeyHashes:0", "plain-key-in-clear-text", $"{Crm}:KeyHashes", "never the key itself" },
        { $"{Crm}:KeyHashes:1", Hash, $"{Crm}:KeyHashes", "twice" },
        { "Gateway:Access:Callers:other:KeyHashes:0", Hash, "Gateway:Access:Callers:other:KeyHashes", "same hash as caller 'crm'" },
        { $"{Crm}:Permissions:0", "write", $"{Crm}:Permissions", "unknown permission" },
        { $"{Crm}:Weight", "0", $"{Crm}:Weight", "number from" },
        { $"{Crm}:Weight", "heavy", $"{Crm}:Weight", "number from" },
        { $"{Crm}:MaxWait", "30", $"{Crm}:MaxWait", "hh:mm:ss" },
        { $"{Crm}:Disabled", "maybe", $"{Crm}:Disabled", "true or false" },
        { $"{Crm}:Credential", "nowhere", $"{Crm}:Credential", "not among" },
        { $"{Crm}:Credentials:0", "nowhere", $"{Crm}:Credentials", "not among" },
        { $"{Crm}:Cache", "nowhere", $"{Crm}:Cache", "not a policy" },
        { "Gateway:Caching:Policies:site:TtlWithEvents", "00:30:00", "Gateway:Caching:Policies:site:TtlWithEvents", "needs events" },
        { "Gateway:Caching:Policies:site:TtlWithEvents", "06:00:01", "Gateway:Caching:Policies:site:TtlWithEvents", "write a duration" },
        { "Gateway:Caching:Policies:site:TtlWithEvents", "00:00:30", "Gateway:Caching:Policies:site:TtlWithEvents", "from 00:01:00" },
        { "Gateway:Webhooks:site:Workspace", "acme", "Gateway:Webhooks:site:Workspace", "32 hex digits" },
        { "Gateway:Webhooks:site:Workspace", "acme", "Gateway:Webhooks:site:Token", "is required" },
        { "Gateway:Webhooks:site:Setup", "true", "Gateway:Webhooks:site:Setup", "needs an operator" },
        { "Gateway:Webhooks:site:Setup", "true", "Gateway:Webhooks:site:Credentials", "set Workspace" },
        { "Gateway:Webhooks:site:Credentials:0", "nowhere", "Gateway:Webhooks:site:Credentials", "not among" },
        { "Gateway:Webhooks:site:Token:Source", "Somewhere", "Gateway:Webhooks:site:Token:Source", "write one of" },
        { $"{Crm}:Grant", "read", $"{Crm}:Grant", "not a setting" },
        { "Gateway:Access:Callers:CRM Two:KeyHashes:0", Hash, "Gateway:Access:Callers:CRM Two", "not a valid name" },
        { $"{Corp}:Audiences:0", null, $"{Corp}:Audiences", "is required" },
        { $"{Corp}:Issuers:0", null, $"{Corp}:Issuers", "is required" },
        { $"{Corp}:Issuers:0", "http://issuer.example", $"{Corp}:KeysUri", "https address" },
        { $"{Corp}:Issuers:0", "https://issuer.example/ x", $"{Corp}:Issuers", "a space" },
        { $"{Corp}:Issuers:1", "https://issuer.example", $"{Corp}:Issuers", "twice" },
        { $"{Corp}:KeysUri", "http://issuer.example/keys", $"{Corp}:KeysUri", "https address" },
        { $"{Corp}:KeysUri", "https://user:pw@issuer.example/keys", $"{Corp}:KeysUri", "https address" },
        { $"{Corp}:CaFile", "/no/such/file.pem", $"{Corp}:CaFile", "cannot be read" },
        { $"{Corp}:TrustDomain", "spiffe://corp", $"{Corp}:TrustDomain", "without spiffe" },
        { $"{Corp}:Algorithms:0", "HS256", $"{Corp}:Algorithms", "cannot prove" },
        { $"{Corp}:Algorithms:0", "none", $"{Corp}:Algorithms", "cannot prove" },
        { $"{Corp}:ClockSkew", "00:10:00", $"{Corp}:ClockSkew", "to 00:05:00" },
        { $"{Corp}:MaxKeyAge", "00:30:00", $"{Corp}:MaxKeyAge", "shorter than RefreshInterval" },
        { $"{Corp}:ValidateAudience", "false", $"{Corp}:ValidateAudience", "not a setting" },
        { $"{Corp}:Type", "Kubernetes", $"{Corp}:Issuers", "does not apply to Kubernetes" },
        { $"{Corp}:Type", "Saml", $"{Corp}:Type", "Oidc, Kubernetes" },
        { $"{Crm}:Identities:pod:ServiceAccount", "crm/sync", $"{Crm}:Identities:pod:ServiceAccount", "Type Kubernetes" },
        { $"{Crm}:Identities:pod:ServiceAccount", "crm", $"{Crm}:Identities:pod:ServiceAccount", "namespace/name" },
        { "Gateway:Access:MaxTokenLength", "20000", "Gateway:Access:MaxTokenLength", "to 16384" },
        { $"{Crm}:Identities:pod:Issuer", null, $"{Crm}:Identities:pod:Issuer", "is required" },
        { $"{Crm}:Identities:pod:Issuer", "nowhere", $"{Crm}:Identities:pod:Issuer", "not among" },
        { $"{Crm}:Identities:pod:Subject", null, $"{Crm}:Identities:pod:Subject", "every token of the issuer" },
        { $"{Crm}:Identities:pod:Subject", "crm*", $"{Crm}:Identities:pod:Subject", "directly after" },
        { $"{Crm}:Identities:pod:Claims:0", "azp", $"{Crm}:Identities:pod:Claims", "name=value" },
        { $"{Crm}:Identities:cert:Certificate", "dns:crm.internal", $"{Crm}:Identities:cert:Certificate", "TrustedCaFile" },
        { $"{Crm}:Identities:cert:Certificate", "cn:crm", $"{Crm}:Identities:cert:Certificate", "exact name" },
        { $"{Crm}:Identities:pod:Certificate", "dns:crm.internal", $"{Crm}:Identities:pod:Certificate", "stands alone" },
        { Trusted, "/no/such/file.pem", Trusted, "no effect" },
        { Trusted, "/no/such/file.pem", Trusted, "cannot be read" },
        { Mode, "AllowCertificate", Trusted, "is required by" },
        { Mode, "DelayCertificate", Mode, "write AllowCertificate" },
        { Mode, "AllowCertificate", Mode, "needs TLS" },
        { "Kestrel:Endpoints:Management:ClientCertificateMode", "RequireCertificate", "Kestrel:Endpoints:Management:ClientCertificateMode", "no place here" },
        { "Kestrel:EndpointDefaults:ClientCertificateMode", "AllowCertificate", "Kestrel:EndpointDefaults:ClientCertificateMode", "no place here" },
        { "Gateway:Access:QueryTokens:Action", "Ignore", "Gateway:Access:QueryTokens:Action", "Strip, Reject" },
        { "Gateway:Access:QueryTokens:Names:0", "to ken", "Gateway:Access:QueryTokens:Names", "unencoded" },
        { "Gateway:Access:QueryTokens:Names", "token", "Gateway:Access:QueryTokens:Names", "a list" },
        { "Gateway:Access:ExtraOperations:0:Method", "PUT", "Gateway:Access:ExtraOperations:0:Method", "one of GET" },
        { "Gateway:Credentials:UPPER:Source", "File", "Gateway:Credentials:UPPER", "not a valid name" },
        { $"{Default}:Source", "Vault", $"{Default}:Source", "Environment, File, KeyVault" },
        { $"{Default}:Source", null, $"{Default}:Source", "is required" },
        { $"{Default}:Variable", null, $"{Default}:Variable", "is required" },
        { $"{Default}:Path", "/etc/token", $"{Default}:Path", "does not apply" },
        { $"{Default}:Token", "ntn_12345678901abcdefghijklmnopqrstuvwxyz012345678", $"{Default}:Token", "not a setting" },
        { $"{Default}:Plan", "Gold", $"{Default}:Plan", "Standard, Business" },
        { $"{Default}:RefreshInterval", "00:00:00", $"{Default}:RefreshInterval", "from 00:00:01" },
        { $"{Default}:MaxStaleness", "400.00:00:00", $"{Default}:MaxStaleness", "to 365" },
        { $"{Default}:VerifyToken:Deep", "1", $"{Default}:VerifyToken", "single value" },
        { "Gateway:Credentials:kv:Source", "KeyVault", "Gateway:Credentials:kv:VaultUri", "is required" },
        { "Gateway:Credentials:kv:VaultUri", "http://my-vault.vault.azure.net", "Gateway:Credentials:kv:VaultUri", "https address" },
        { "Gateway:FlowControl:Plans:Standard:RatePerSecond", "fast", "Gateway:FlowControl:Plans:Standard:RatePerSecond", "number from" },
        { "Gateway:FlowControl:Plans:Standard:WindowLimit", "0", "Gateway:FlowControl:Plans:Standard:WindowLimit", "whole number" },
        { "Gateway:FlowControl:Plans:Standard:Limit", "5", "Gateway:FlowControl:Plans:Standard:Limit", "not a setting" },
        { "Gateway:FlowControl:Plans:my plan:Burst", "5", "Gateway:FlowControl:Plans:my plan", "not a valid name" },
        { "Gateway:FlowControl:Replicas", "181", "Gateway:FlowControl:Replicas", "at least one" },
        { "Gateway:FlowControl:MaxAttempts", "0", "Gateway:FlowControl:MaxAttempts", "whole number" },
        { "Gateway:FlowControl:MaxWait", "30", "Gateway:FlowControl:MaxWait", "hh:mm:ss" },
        { "Gateway:Telemetry:LogSuccessRatio", "2", "Gateway:Telemetry:LogSuccessRatio", "1" },
        { "Gateway:Telemetry:LogMessages", "maybe", "Gateway:Telemetry:LogMessages", "true" },
        { "Gateway:Telemetry:LogFormat", "xml", "Gateway:Telemetry:LogFormat", "Auto, Json, Text" },
        { $"{Forwarding}:Upstream", "http://api.notion.com", $"{Forwarding}:Upstream", "must be https" },
        { $"{Forwarding}:Upstream", "http://127.0.0.1:9000", $"{Forwarding}:Upstream", "AllowInsecureUpstream" },
        { $"{Forwarding}:Upstream", "https://user:pw@api.notion.com", $"{Forwarding}:Upstream", "only scheme and host" },
        { $"{Forwarding}:Upstream", "https://api.notion.com/v1", $"{Forwarding}:Upstream", "only scheme and host" },
        { $"{Forwarding}:Upstream", "https://169.254.169.254", $"{Forwarding}:Upstream", "named host" },
        { $"{Forwarding}:Upstream", "ftp://api.notion.com", $"{Forwarding}:Upstream", "https" },
        { $"{Forwarding}:Upstream", "api.notion.com", $"{Forwarding}:Upstream", "only scheme and host" },
        { $"{Forwarding}:MaxJsonBodyBytes", "1MB", $"{Forwarding}:MaxJsonBodyBytes", "whole number" },
        { $"{Forwarding}:MaxUploadBodyBytes", "-1", $"{Forwarding}:MaxUploadBodyBytes", "whole number" },
        { $"{Forwarding}:Proxy", "http://user:secret@proxy:3128", $"{Forwarding}:Proxy", "without user or password" },
        { $"{Forwarding}:ProxyUser", "gateway", $"{Forwarding}:ProxyPassword", "is missing" },
        { $"{Forwarding}:ProxyUser", "us:er", $"{Forwarding}:ProxyUser", "not contain a colon" },
        { $"{Forwarding}:ProxyPassword", "hunter2-in-clear-text", $"{Forwarding}:ProxyPassword:Source", "is required" },
        { $"{Forwarding}:ProxyPassword:Source", "Elsewhere", $"{Forwarding}:ProxyPassword:Source", "one of Environment" },
        { $"{Forwarding}:ProxyPassword:Source", "File", $"{Forwarding}:ProxyPassword:Path", "is required" },
        { $"{Forwarding}:ProxyPassword:Source", "File", $"{Forwarding}:ProxyUser", "is missing" },
        { $"{Forwarding}:ExtraCaFile", "/no/such/file.pem", $"{Forwarding}:ExtraCaFile", "cannot be read" },
        { $"{Forwarding}:ConnectTimeout", "5s", $"{Forwarding}:ConnectTimeout", "hh:mm:ss" },
        { $"{Forwarding}:TotalTimeout", "00:00:10", $"{Forwarding}:TotalTimeout", "shorter than ResponseTimeout" },
        { $"{Forwarding}:AllowedNotionVersions:0", "2025-09-03", $"{Forwarding}:DefaultNotionVersion", "not among" },
        { $"{Forwarding}:UpstreamUrl", "https://api.notion.com", $"{Forwarding}:UpstreamUrl", "not a setting" },
        { "Gateway:Limits:MaxBufferedBytes", "1", "Gateway:Limits:MaxBufferedBytes", "whole number" },
        { "Gateway:Limits:MaxConnections", "0", "Gateway:Limits:MaxConnections", "whole number" },
        { "Gateway:Health:RequireAllCredentials", "all", "Gateway:Health:RequireAllCredentials", "true or false" },
        { "Gateway:DrainDelay", "00:01:00", "Gateway:DrainDelay", "longer than ShutdownTimeout" },
        { "Gateway:ShutdownTimeout", "never", "Gateway:ShutdownTimeout", "hh:mm:ss" },
        { "Gateway:Acces:Callers:x:Weight", "1", "Gateway:Acces", "not a setting" },
        { "Kestrel:Endpoints:Data:Url", "8080", "Kestrel:Endpoints:Data:Url", "http://*:8080" },
        { "Kestrel:Endpoints:Management:Url", "http://*:8080", "Kestrel:Endpoints:Management:Url", "same port" },
        { "Kestrel:Endpoints:Admin:Url", "http://*:9999", "Kestrel:Endpoints:Admin", "not a listener" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public void A_broken_setting_is_reported_with_its_path_and_what_to_write(string path, string? value, string where, string what)
    {
        var errors = Configured.Read([.. IsAboutIdentities(path) ? WithIssuer : [], (path, value)]).Errors;
        Assert.Contains(errors, error => error.Path == where && error.Message.Contains(what));
    }

    [Fact]
    public void A_configuration_that_is_right_has_no_errors() => Assert.Empty(Configured.Read().Errors);

    [Fact]
    public void One_with_an_issuer_is_right_too() => Assert.Empty(Configured.Read(WithIssuer).Errors);

    [Fact]
    public void All_that_is_wrong_is_said_at_once_and_no_value_with_it()
    {
        // Of rows for the same setting the last one counts; rows about two settings at once need the other one right.
        var broken = Broken.Select(row => row.Data).Where(row => row.Item2 is not null && row.Item1 == row.Item3 && row.Item4 != "same port")
            .GroupBy(row => row.Item1).Select(group => group.Last()).ToList();

        var errors = Configured.Read([.. broken.Select(row => (row.Item1, row.Item2))]).Errors;

        Assert.True(broken.Count >= 25, $"only {broken.Count} settings");
        Assert.Empty(broken.Select(row => row.Item3).Except(errors.Select(error => error.Path)));
        var secrets = new[] { "plain-key-in-clear-text", "ntn_12345678901", "user:secret", "user:pw" };
        Assert.All(errors, error => Assert.DoesNotContain(secrets, secret => error.ToString().Contains(secret)));
    }

    [Fact]
    public void A_certificate_that_two_callers_name_is_an_error_of_the_second() => Assert.Contains(
        Configured.Read(
            ($"{Crm}:Identities:host:Certificate", "dns:crm.internal"), ("Gateway:Access:Callers:web:Identities:host:Certificate", "dns:crm.internal")).Errors,
        error => error.Path == "Gateway:Access:Callers:web:Identities:host:Certificate" && error.Message.Contains("bound to 'crm' too"));

    private static (string Path, string? Value)[] WithIssuer =>
    [
        ($"{Corp}:Issuers:0", "https://issuer.example"), ($"{Corp}:Audiences:0", "notion-gateway"),
        ($"{Crm}:Identities:pod:Issuer", "corp"), ($"{Crm}:Identities:pod:Subject", "somebody"),
    ];

    private static bool IsAboutIdentities(string path) => path.StartsWith(Corp) || path.Contains(":Identities:");
}
