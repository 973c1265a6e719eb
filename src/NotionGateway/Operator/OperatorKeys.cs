using System.Collections.Frozen;
using NotionGateway.Access;

namespace NotionGateway.Operator;

/// <summary>
/// Finds the operator of a key. Operators have no names: the beginning of their key's hash, which is in the configuration,
/// identifies them.
/// </summary>
internal sealed class OperatorKeys(OperatorOptions options)
{
    private static readonly Refusal Missing = new(
        RefusalReason.MissingKey, "This is the operator listener of a Notion Gateway: send an operator key as 'Authorization: Bearer <operator key>'.");

    private static readonly Refusal Invalid = new(
        RefusalReason.InvalidKey, "The operator key is not valid. Its hash must be in Gateway:Operator:KeyHashes; a caller's key does not work here.");

    private readonly FrozenDictionary<KeyDigest, string> _operators =
        options.Keys.Distinct().ToFrozenDictionary(key => key, key => key.Short);

    /// <summary>Who presents this Authorization value, or why it is rejected.</summary>
    public Refusal? Authenticate(string? authorization, out string? who)
    {
        who = null;
        if (BearerKey.TryRead(authorization, out var key) is { } refusal)
        {
            return refusal.Reason == RefusalReason.MissingKey ? Missing : refusal;
        }

        who = _operators.GetValueOrDefault(KeyDigest.Of(key));
        return who is not null ? null : BearerKey.NotFound(key) is var form && form != BearerKey.Invalid ? form : Invalid;
    }
}
