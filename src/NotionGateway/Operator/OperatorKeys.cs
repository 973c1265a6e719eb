using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using NotionGateway.Access;

namespace NotionGateway.Operator;

/// <summary>
/// Finds the operator of a key. Operators have no names: the beginning of their key's hash, which is in the configuration,
/// identifies them.
/// </summary>
internal sealed class OperatorKeys(OperatorOptions options)
{
    public static readonly Refusal MayOnlyLook = new(
        RefusalReason.NotPermitted,
        "This is the key or token of a viewer, who changes nothing. Use a key whose hash is in Gateway:Operator:KeyHashes, or an identity without Viewer.");

    private static readonly Refusal Missing = new(
        RefusalReason.MissingKey, "This is the operator listener of a Notion Gateway: send an operator key as 'Authorization: Bearer <operator key>'.");

    public static readonly Refusal Invalid = new(
        RefusalReason.InvalidKey,
        "The operator key is not valid. Its hash must be in Gateway:Operator:KeyHashes; a caller's key or token does not work here.");

    private readonly FrozenDictionary<KeyDigest, OperatorIdentity> _operators = options.All
        .DistinctBy(key => key.Key)
        .ToFrozenDictionary(key => key.Key, key => new OperatorIdentity(key.Key.Short, key.Key, MayChange: key.Setting == KeyHashes.Setting));

    /// <summary>Who presents this Authorization value, or why it is rejected.</summary>
    public Refusal? Authenticate(string? authorization, out OperatorIdentity? who)
    {
        who = null;
        if (BearerKey.TryRead(authorization, out var key) is { } refusal)
        {
            return refusal.Reason == RefusalReason.MissingKey ? Missing : refusal;
        }

        return TryFind(KeyDigest.Of(key), out who) ? null : BearerKey.NotFound(key) is var form && form != BearerKey.Invalid ? form : Invalid;
    }

    /// <summary>Whether the key with this digest is an operator's now.</summary>
    public bool TryFind(KeyDigest key, [NotNullWhen(true)] out OperatorIdentity? who) => _operators.TryGetValue(key, out who);
}
