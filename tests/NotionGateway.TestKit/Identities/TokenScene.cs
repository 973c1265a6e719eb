using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Access;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Keys;

namespace NotionGateway.TestKit.Identities;

/// <summary>
/// Issuers, bindings and all that verifies tokens, without sockets and on fake time. What an issuer publishes is a text of the test's own.
/// </summary>
internal sealed class TokenScene : IDisposable
{
    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly Dictionary<string, Func<Task<KeyReading>>> _published = [];
    private readonly Reloadable<IReadOnlyList<IssuerOptions>> _issuers;
    private readonly TokenAuthenticator _tokens;

    public TokenScene(AccessOptions? options = null, params (string Issuer, Func<string> Document)[] others)
    {
        Issuer = new TestIssuer(Time);
        Options = options ?? Access();
        Publish("corp", () => Issuer.Document);
        foreach (var (name, document) in others)
        {
            Publish(name, document);
        }

        _issuers = new Reloadable<IReadOnlyList<IssuerOptions>>(Options.Issuers);
        Metrics = new CapturedMetrics(_services);
        var meters = _services.GetRequiredService<IMeterFactory>();
        Issuers = new Issuers(
            _issuers, new IssuerMetrics(meters), Time, new Random(1), new PodAccount(new FakeEnvironment()),
            NullLogger<IssuerKeysLoop>.Instance,
            place => () => ReadAsync(place));
        Gate = new StrangersGate(Time);
        Verifier = new TokenVerifier(Issuers, Gate, Time);
        var counted = new IdentityMetrics(meters);
        _tokens = new TokenAuthenticator(Verifier, counted);
        Rules = new AccessRules(Options, Time);
        var uses = new KeyUses(new Reloadable<AccessRules>(Rules), Time);
        Authenticators = new Authenticators(
            [new KeyAuthenticator(uses)], _tokens, new CertificateAuthenticator(Some.ClientCertificates(), counted), counted);
    }

    public TwoClocks Time { get; } = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));

    public TestIssuer Issuer { get; }

    public AccessOptions Options { get; private set; }

    public AccessRules Rules { get; private set; }

    public Issuers Issuers { get; }

    public StrangersGate Gate { get; }

    public TokenVerifier Verifier { get; }

    public Authenticators Authenticators { get; }

    public CapturedMetrics Metrics { get; }

    /// <summary>How often keys were asked for, of all issuers together.</summary>
    public int Readings { get; private set; }

    /// <summary>A caller "crm" that is bound to the test issuer's usual subject, and what a test changes of that.</summary>
    public static AccessOptions Access(IssuerOptions? issuer = null, params CallerOptions[] callers) => Some.Access(
        callers.Length > 0 ? callers : [Caller("crm", Identity(subject: TestIssuer.Subject))]) with
    {
        Issuers = [issuer ?? Corp()],
    };

    public static CallerOptions Caller(string name, params IdentityOptions[] identities) => Some.CallerOptions(name) with { Identities = identities };

    public static IdentityOptions Identity(string issuer = "corp", string? subject = null, params string[] claims) => new()
    {
        Label = "it",
        Issuer = issuer,
        Subject = subject is null ? null : new SubjectRule(subject),
        Claims = [.. claims.Select(claim => ClaimRule.Parse(claim) ?? throw new ArgumentException($"'{claim}' is no claim.", nameof(claims)))],
    };

    public static IssuerOptions Corp(string name = "corp", string? value = TestIssuer.Value, string? trustDomain = null) => new()
    {
        Name = name,
        Values = value is null ? [] : [value],
        TrustDomain = trustDomain,
        Audiences = [TestIssuer.Audience],
        Algorithms = SignatureAlgorithm.Names,
        TokenTypes = null,
        ClockSkew = TimeSpan.FromSeconds(30),
        MaxTokenLifetime = TimeSpan.FromDays(1),
        Place = new KeyPlace
        {
            InCluster = false,
            Address = new Uri($"https://keys.example/{name}"),
            File = null,
            CaFile = null,
            RefreshInterval = TimeSpan.FromHours(1),
            MinRefresh = TimeSpan.FromSeconds(30),
            MaxKeyAge = TimeSpan.FromDays(1),
        },
    };

    /// <summary>What an issuer publishes from now on.</summary>
    public void Publish(string issuer, Func<string> document) =>
        Answer(issuer, () => Task.FromResult(new KeyReading(Encoding.UTF8.GetBytes(document()), WasAnswered: true)));

    public void Answer(string issuer, Func<Task<KeyReading>> reading) => _published[issuer] = reading;

    /// <summary>Every issuer's keys are read now.</summary>
    public async Task<TokenScene> ReadKeysAsync()
    {
        foreach (var keys in Issuers.All)
        {
            await keys.ReadAsync();
        }

        return this;
    }

    public void Reload(AccessOptions options)
    {
        Options = options;
        _issuers.Replace(options.Issuers);
        Rules = new AccessRules(options, Time);
    }

    public ValueTask<Authentication> PresentAsync(string token, string peer = "192.0.2.1") =>
        Authenticators.AuthenticateAsync(Rules, new Proof($"Bearer {token}", IPAddress.Parse(peer)), CancellationToken.None);

    /// <summary>The caller's name, or the reason of the denial.</summary>
    public async Task<string> AskAsync(string token, string peer = "192.0.2.1")
    {
        var who = await PresentAsync(token, peer);
        return who.Refusal?.Reason.Name ?? who.Caller?.Name ?? "nobody";
    }

    public void Dispose()
    {
        Metrics.Dispose();
        Issuers.Dispose();
        Gate.Dispose();
        _services.Dispose();
    }

    private Task<KeyReading> ReadAsync(KeyPlace place)
    {
        Readings++;
        return _published[place.Address is { } address ? address.AbsolutePath.Trim('/') : "corp"]();
    }
}
