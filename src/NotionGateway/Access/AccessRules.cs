using System.Collections.Frozen;
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
    /// Who presents this Authorization value, and the digest of a key that has the form of those that the gateway makes. A disabled
    /// caller is named, for telemetry, beside the refusal.
    /// </summary>
    public Refusal? Authenticate(string? authorization, out Caller? caller, out KeyDigest? digest)
    {
        (caller, digest) = (null, null);
        if (BearerKey.TryRead(authorization, out var key) is { } noKey)
        {
            return noKey;
        }

        // A disabled caller reads the same sentence as one whose key is unknown.
        return Authenticate(key, out caller, out digest) is not { } refusal ? null
            : caller is null ? BearerKey.NotFound(key)
            : refusal with { Message = BearerKey.NotFound(key).Message };
    }

    /// <summary>Who has this key.</summary>
    public Refusal? Authenticate(ReadOnlySpan<char> key, out Caller? caller, out KeyDigest? digest)
    {
        var presented = KeyDigest.Of(key);
        caller = _keyring.Find(presented);
        digest = GatewayKey.HasForm(key) ? presented : null;
        return Admit(caller);
    }

    /// <summary>Who a bound key speaks for, if that caller is still there and may still use the app.</summary>
    public Refusal? AuthenticateBound(BoundIdentity? identity, out Caller? caller)
    {
        caller = identity is { } known ? CallerNamed(known.Caller) : null;
        return caller is not null && !caller.Grants.MayUseApp(identity!.Value.Credential.App!) ? BearerKey.Invalid : Admit(caller);
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

        if (caller.Grants.MissingFor(operation) is var missing and not Capability.None)
        {
            return new Refusal(
                RefusalReason.NotGranted,
                $"Caller '{caller.Name}' may not do {operation.Name}: it lacks {missing.Words()} (it is granted {caller.Grants}).");
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
