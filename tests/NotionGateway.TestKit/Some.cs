using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Access.Targets;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.Notion;
using NotionGateway.OAuth.Grants;

namespace NotionGateway.TestKit;

/// <summary>Builders of objects whose details do not matter to a test.</summary>
internal static class Some
{
    public static readonly Uri Upstream = new("https://api.notion.com");

    public static CallerOptions CallerOptions(string name) => new()
    {
        Name = name,
        Keys = [KeyDigest.Of($"the key of {name}")],
        Identities = [],
        Credential = "default",
        Credentials = [],
        Permissions = NotionGateway.Access.Permissions.Full,
        Weight = 1,
        MaxWait = TimeSpan.FromSeconds(30),
        Disabled = false,
    };

    public static Caller Caller(string name) => new(CallerOptions(name));

    public static AccessOptions Access(params CallerOptions[] callers) => new()
    {
        Callers = callers,
        Issuers = [],
        MaxTokenLength = 8192,
        ClientCertificates = new ClientCertificateOptions { TrustedCaFile = null },
        QueryTokens = new QueryTokenOptions { Names = QueryTokenOptions.DefaultNames, Action = QueryTokenAction.Strip },
        ExtraOperations = [],
    };

    /// <summary>These kinds of proof, where there are no issuers.</summary>
    public static Authenticators Authenticators(params IAuthenticator[] all) => Authenticators(ClientCertificates(), all);

    public static Authenticators Authenticators(ClientCertificates certificates, params IAuthenticator[] all)
    {
        var meters = new TestMeters();
        var issuers = new Issuers(
            new Reloadable<IReadOnlyList<IssuerOptions>>([]), new IssuerMetrics(meters), TimeProvider.System, new Random(1),
            new PodAccount(new FakeEnvironment()), NullLogger<IssuerKeysLoop>.Instance);
        var counted = new IdentityMetrics(meters);
        var verifier = new TokenVerifier(issuers, new StrangersGate(TimeProvider.System), TimeProvider.System);
        return new Authenticators(all, new TokenAuthenticator(verifier, counted), new CertificateAuthenticator(certificates, counted), counted);
    }

    /// <summary>What accepts and judges callers' certificates; by default nobody vouches for any.</summary>
    public static ClientCertificates ClientCertificates(ClientCertificateOptions? options = null, TimeProvider? time = null) => new(
        new TrustedAuthorities(
            new Reloadable<ClientCertificateOptions>(options ?? Access().ClientCertificates), time ?? TimeProvider.System,
            NullLogger<TrustedAuthorities>.Instance),
        time ?? TimeProvider.System);

    public static Permissions Permissions(params string[] words)
    {
        var grants = new Permissions(Capability.None, Reads: false, Everything: false);
        foreach (var word in words)
        {
            _ = grants.TryAdd(word, out grants) ? true : throw new ArgumentException($"'{word}' is no grant.", nameof(words));
        }

        return grants;
    }

    /// <summary>What Access would publish of a request of this caller, who presents "the key of …".</summary>
    public static Admission Admission(
        AccessRules rules, Caller caller, string operation = "users.me", string credential = "default", string? chosen = null,
        string target = "/v1/users/me") =>
        new(
            rules, new KeyAuthenticator(new KeyUses(new Reloadable<AccessRules>(rules), TimeProvider.System)),
            new PresentedKey(KeyDigest.Of($"the key of {caller}"), HasForm: false), Bound: null, caller,
            new TargetReading(new RequestTarget(target), QueryTokens: 0), Operation(operation), chosen, new CredentialName(credential));

    public static NotionOperation Operation(string name) => NotionOperations.All.Single(operation => operation.Name == name);

    public static CredentialOptions CredentialOptions(string name = "default") => new()
    {
        Name = new CredentialName(name),
        Place = new EnvironmentSecret($"Gateway:Credentials:{name}", SecretKind.NotionToken, "TOKEN"),
        Plan = "Standard",
        RefreshInterval = TimeSpan.FromMinutes(5),
        MaxStaleness = TimeSpan.FromDays(1),
        VerifyToken = true,
    };

    public static NotionToken Token(string value = The.NotionToken) => new(value, Upstream);

    public static Grant Grant(string name, string? botId = null) => new()
    {
        Id = $"id-of-{name}",
        Name = CredentialName.TryParseGrant(name, out var parsed) ? parsed : throw new ArgumentException($"'{name}' is no name of a grant.", nameof(name)),
        BotId = botId ?? $"bot-of-{name}",
        WorkspaceId = $"workspace-of-{name}",
        WorkspaceName = $"Workspace of {name}",
        Owner = "Ada Lovelace <ada@example.com>",
        CreatedAt = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero),
        RefreshedAt = new DateTimeOffset(2026, 2, 3, 4, 5, 6, TimeSpan.Zero),
        Secrets = new SealedSecrets("sealed access token"u8.ToArray(), "sealed refresh token"u8.ToArray(), "sealed profile"u8.ToArray()),
    };
}
