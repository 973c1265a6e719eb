using System.Collections.Frozen;
using NotionGateway.Access.Targets;
using NotionGateway.Notion;

namespace NotionGateway.Access;

/// <summary>
/// The answers to "who is this, what do they ask for, may they?", made ready from one state of the settings. Nothing
/// here changes after it is built: a reload builds new rules.
/// </summary>
internal sealed class AccessRules
{
    public static readonly Refusal RejectedQueryToken = new(
        RefusalReason.QueryTokenRejected,
        "The query holds a credential. URLs end up in logs: send the key in the Authorization header only, and replace the one that was sent.");

    private readonly Keyring _keyring;
    private readonly FrozenDictionary<string, Caller> _callers;

    public AccessRules(AccessOptions options)
    {
        _callers = options.Callers.ToFrozenDictionary(caller => caller.Name, caller => new Caller(caller), StringComparer.Ordinal);
        _keyring = new Keyring(options.Callers.SelectMany(caller => caller.Keys.Select(key => (key, _callers[caller.Name]))));
        Operations = new OperationTable(NotionOperations.All.Concat(options.ExtraOperations));
        QueryTokens = new QueryTokens(options.QueryTokens);
    }

    public OperationTable Operations { get; }

    public QueryTokens QueryTokens { get; }

    /// <summary>The callers, for commands that explain.</summary>
    public IEnumerable<Caller> Callers => _callers.Values.OrderBy(caller => caller.Name, StringComparer.Ordinal);

    public Caller? CallerNamed(string name) => _callers.GetValueOrDefault(name);

    /// <summary>
    /// Who presents this Authorization value, and the key that it holds, if it does. A disabled caller is named, for telemetry,
    /// beside the refusal.
    /// </summary>
    public Refusal? Authenticate(string? authorization, out Caller? caller, out PresentedKey? key)
    {
        (caller, key) = (null, null);
        if (BearerKey.TryRead(authorization, out var text) is { } noKey)
        {
            return noKey;
        }

        var presented = new PresentedKey(KeyDigest.Of(text), GatewayKey.HasForm(text));
        key = presented;

        // A disabled caller reads the same sentence as one whose key is unknown.
        return Authenticate(presented.Digest, out caller) is not { } refusal ? null
            : caller is null ? BearerKey.NotFound(text)
            : refusal with { Message = BearerKey.NotFound(text).Message };
    }

    /// <summary>Who has this key.</summary>
    public Refusal? Authenticate(KeyDigest key, out Caller? caller) => Admit(caller = _keyring.Find(key));

    /// <summary>Why a request that other rules, or these, have let in would not be let in now; null if it would, with this credential.</summary>
    public Refusal? Readmit(Admission admission, out CredentialName credential)
    {
        credential = admission.Credential;
        if (ReferenceEquals(this, admission.Rules) && (admission.Bound is null || admission.Bound.Value.Credential == credential))
        {
            // A bound key that has been taken away is not bound any more, and in the keyring it never was.
            return admission.Bound is null && _keyring.Find(admission.Key) is null ? BearerKey.Invalid : null;
        }

        var stranger = admission.Bound is { } identity ? AuthenticateBound(identity, out var caller) : Authenticate(admission.Key, out caller);
        return stranger
            ?? (QueryTokens.Rejects(admission.QueryTokens) ? RejectedQueryToken : null)
            ?? Authorize(caller!, admission.Method, admission.Target, admission.Chosen, out _, out credential, admission.Bound?.Credential);
    }

    /// <summary>Who a bound key speaks for, if that caller is still there and may still use the app.</summary>
    public Refusal? AuthenticateBound(BoundIdentity? identity, out Caller? caller)
    {
        caller = identity is { } known ? CallerNamed(known.Caller) : null;
        return caller is not null && !caller.Permissions.MayUseApp(identity!.Value.Credential.App!) ? BearerKey.Invalid : Admit(caller);
    }

    /// <summary>What would be decided if this caller sent this, with a key that is valid and a head that is well formed.</summary>
    public Explanation Explain(Caller caller, string method, string raw, string? chosenCredential)
    {
        var read = raw;
        if ((HeaderRules.CheckMethod(method) ?? TargetGuard.Check(raw, Operations, out read)) is { } malformed)
        {
            return new Explanation(malformed, raw);
        }

        var target = QueryTokens.Strip(read, out var found);
        var refusal = caller.Disabled ? BearerKey.Invalid with { Reason = RefusalReason.CallerDisabled }
            : QueryTokens.Rejects(found) ? RejectedQueryToken
            : null;
        if (refusal is not null)
        {
            return new Explanation(refusal, read) { QueryTokens = found };
        }

        refusal = Authorize(caller, method, target, chosenCredential, out var operation, out var credential);
        return new Explanation(refusal, read) { QueryTokens = found, Operation = operation, Credential = credential };
    }

    /// <summary>The one answer to a credential that is forbidden, or that is not there.</summary>
    public static Refusal CredentialNotAllowed(Caller caller) => new(
        RefusalReason.CredentialNotAllowed,
        $"Caller '{caller.Name}' may not use the credential that {AccessHeaders.Credential} names, or there is none of that name.");

    /// <summary>What this caller may do: the operation and the credential, or why not. A bound key opens its own credential only.</summary>
    public Refusal? Authorize(
        Caller caller, string method, string target, string? chosenCredential, out NotionOperation? operation, out CredentialName credential, CredentialName? bound = null)
    {
        credential = bound ?? caller.Credential ?? default;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        operation = Operations.Find(method, question < 0 ? target : target.AsSpan(0, question));
        if (operation is null)
        {
            return UnknownOperation.Refuse(method, question < 0 ? target : target[..question], Operations);
        }

        if (caller.Permissions.MissingFor(operation) is var missing and not Capability.None)
        {
            return new Refusal(
                RefusalReason.NotPermitted,
                $"Caller '{caller.Name}' may not do {operation.Name}: it lacks {missing.Description()} (its permissions: {caller.Permissions}).");
        }

        if (chosenCredential is null)
        {
            return credential == default
                ? new Refusal(RefusalReason.CredentialNotAllowed, $"Caller '{caller.Name}' has no credential of its own: name one in {AccessHeaders.Credential}, as app/name.")
                : null;
        }

        if (bound is null ? !caller.MayUse(chosenCredential) : bound.Value.Value != chosenCredential)
        {
            return CredentialNotAllowed(caller);
        }

        credential = new CredentialName(chosenCredential);
        return null;
    }

    private static Refusal? Admit(Caller? caller) => caller switch
    {
        null => BearerKey.Invalid,
        { Disabled: true } => BearerKey.Invalid with { Reason = RefusalReason.CallerDisabled },
        _ => null,
    };
}
