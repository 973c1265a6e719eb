using System.Collections.Frozen;
using NotionGateway.Access.Identities;
using NotionGateway.Access.Identities.Certificates;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>
/// Decides who sends a request, what it asks for and whether it may, by one version of the settings. Nothing
/// here changes after it is built: a reload builds new rules.
/// </summary>
internal sealed class AccessRules
{
    private readonly Keyring _keyring;
    private readonly FrozenDictionary<string, Caller> _callers;

    public AccessRules(AccessOptions options, TimeProvider? time = null)
    {
        _callers = options.Callers.ToFrozenDictionary(caller => caller.Name, caller => new Caller(caller), StringComparer.Ordinal);
        _keyring = new Keyring(options.Callers.SelectMany(caller => caller.Keys.Select(key => (key, _callers[caller.Name]))));
        Operations = new OperationTable(NotionOperations.All.Concat(options.ExtraOperations));
        QueryTokens = new QueryTokens(options.QueryTokens);
        Tokens = options.Issuers.Count == 0 ? null : new TokenRules(
            options.Issuers,
            options.Callers.SelectMany(caller => caller.Identities.Select(identity => (caller.Name, identity))),
            options.MaxTokenLength,
            time ?? TimeProvider.System);
        Certificates = options.ClientCertificates.TrustedCaFile is null ? null : new CertificateRules(
            from caller in options.Callers
            from identity in caller.Identities
            where identity.Certificate is not null
            select (caller.Name, identity.Certificate));
    }

    /// <summary>How tokens are judged; null if there are no issuers.</summary>
    public TokenRules? Tokens { get; }

    /// <summary>Whose certificates are whose; null if nobody vouches for any.</summary>
    public CertificateRules? Certificates { get; }

    public OperationTable Operations { get; }

    public QueryTokens QueryTokens { get; }

    /// <summary>The callers, for commands that explain.</summary>
    public IEnumerable<Caller> Callers => _callers.Values.OrderBy(caller => caller.Name, StringComparer.Ordinal);

    /// <summary>The configured keys, and whose they are.</summary>
    public IEnumerable<(KeyDigest Key, Caller Caller)> Keys => _keyring.All;

    public bool HasKey(KeyDigest key) => _keyring.Find(key) is not null;

    public Caller? CallerNamed(string name) => _callers.GetValueOrDefault(name);

    /// <summary>The caller that has this key.</summary>
    public Authentication Authenticate(KeyDigest key) => Admit(_keyring.Find(key));

    /// <summary>The caller of this name, by whom an identity is bound.</summary>
    public Authentication AuthenticateNamed(string? name) => Admit(name is null ? null : CallerNamed(name));

    /// <summary>The caller that a bound key acts for, if it still exists and may still use the app.</summary>
    public Authentication AuthenticateBound(BoundIdentity? identity)
    {
        var caller = identity is null ? null : CallerNamed(identity.Caller);
        var admitted = caller is not null && identity?.Credential.App is { } app && !caller.Permissions.MayUseApp(app)
            ? new Authentication(BearerKey.Invalid, caller)
            : Admit(caller);
        return admitted with { Bound = identity };
    }

    /// <summary>What is decided, by these rules, about a request that other rules, or these, have let in.</summary>
    public AccessDecision Readmit(Admission admission, in Authentication who)
    {
        if (who.Refusal is not null || who.Caller is not { } caller)
        {
            return new AccessDecision(who.Refusal ?? BearerKey.Invalid, who.Caller);
        }

        if (ReferenceEquals(this, admission.Rules) && (who.Bound is null || who.Bound.Credential == admission.Credential))
        {
            return new AccessDecision(null, caller, admission.Operation, admission.Credential);
        }

        return QueryTokens.Rejects(admission.Reading.QueryTokens)
            ? new AccessDecision(AccessOrder.RejectedQueryToken, caller)
            : Authorize(caller, admission.Operation.Method, admission.Target, admission.Chosen, who.Bound?.Credential);
    }

    /// <summary>What would be decided if this caller sent this, with a key that is valid and a head that is well formed.</summary>
    public AccessDecision Explain(Caller caller, string method, string rawTarget, string? chosenCredential, out TargetReading? reading)
    {
        var malformed = AccessOrder.Read(this, RequestHead.WellFormed(method), rawTarget, out reading);
        return reading is null
            ? new AccessDecision(malformed, caller)
            : AccessOrder.Judge(this, reading, Admit(caller), metrics: null, new Explained(this, method, reading.Target, chosenCredential));
    }

    /// <summary>The one response for a credential that is forbidden or does not exist.</summary>
    public static Refusal CredentialNotAllowed(Caller caller) => new(
        RefusalReason.CredentialNotAllowed,
        $"Caller '{caller.Name}' is not permitted to use the credential named in {AccessHeaders.Credential}, or no such credential exists.");

    /// <summary>What this caller may do: the operation and the credential, or why not. A bound key opens its own credential only.</summary>
    public AccessDecision Authorize(Caller caller, string method, RequestTarget target, string? chosenCredential, CredentialName? bound = null)
    {
        if (Operations.Find(method, target.Path) is not { } operation)
        {
            return new AccessDecision(UnknownOperation.Refuse(method, target.Path.ToString(), Operations), caller);
        }

        var credential = bound ?? caller.Credential;
        if (caller.Permissions.MissingFor(operation) is var missing and not Capability.None)
        {
            var refusal = new Refusal(
                RefusalReason.NotPermitted,
                $"Caller '{caller.Name}' is not permitted to call {operation.Name}: it lacks {missing.Description()} (its permissions: {caller.Permissions}).");
            return new AccessDecision(refusal, caller, operation, credential);
        }

        if (chosenCredential is null)
        {
            return new AccessDecision(credential is null ? NoCredential(caller) : null, caller, operation, credential);
        }

        return (bound is { } own ? own.Value == chosenCredential : caller.MayUse(chosenCredential))
            ? new AccessDecision(null, caller, operation, new CredentialName(chosenCredential))
            : new AccessDecision(CredentialNotAllowed(caller), caller, operation, credential);
    }

    private static Refusal NoCredential(Caller caller) => new(
        RefusalReason.CredentialNotAllowed, $"Caller '{caller.Name}' has no default credential: name one in {AccessHeaders.Credential}, as app/name.");

    private static Authentication Admit(Caller? caller) => caller switch
    {
        null => Authentication.Denied(BearerKey.Invalid),
        { Disabled: true } => new Authentication(BearerKey.Invalid with { Reason = RefusalReason.CallerDisabled }, caller),
        _ => new Authentication(null, caller),
    };

    /// <summary>A request that is only talked about.</summary>
    private readonly struct Explained(AccessRules rules, string method, RequestTarget target, string? chosen) : IAsked
    {
        public NotionOperation? Operation => null;

        public Refusal? TakeSeat(Caller caller) => null;

        public AccessDecision Authorize(Caller caller) => rules.Authorize(caller, method, target, chosen);
    }
}
