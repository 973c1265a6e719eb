using System.Collections.Frozen;
using System.Text.Json;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>The keys of an issuer as it published them at one time. Nothing here changes after it is built.</summary>
internal sealed class KeySet
{
    public const int LongestDocument = 256 * 1024;
    private const int MostKeys = 100;
    private const int Depth = 8;

    private readonly FrozenSet<SigningKey> _known;

    private KeySet(IReadOnlyList<SigningKey> keys) => (Keys, _known) = (keys, keys.ToFrozenSet());

    /// <summary>In the order of the document.</summary>
    public IReadOnlyList<SigningKey> Keys { get; }

    /// <summary>Whether the key was published again; keys that did not change stay the same object.</summary>
    public bool Has(SigningKey key) => _known.Contains(key);

    public bool HasId(string id) => Keys.Any(key => key.Id == id);

    /// <summary>
    /// The one key that a token must be signed with. Of several that fit, the first: they are never tried one after another, since each try is work
    /// that a stranger causes.
    /// </summary>
    public SigningKey? Find(string? id, string algorithm)
    {
        if (id is null)
        {
            return Keys.Where(key => key.Fits(algorithm)).Take(2).ToList() is [var only] ? only : null;
        }

        return Keys.FirstOrDefault(key => key.Id == id && key.Fits(algorithm));
    }

    /// <summary>Reads a document of keys (JWKS); null and why, if it must not replace a good one.</summary>
    public static KeySet? Parse(ReadOnlyMemory<byte> document, KeySet? previous, out string problem)
    {
        problem = "";
        if (document.Length > LongestDocument)
        {
            problem = $"the document of keys has more than {LongestDocument / 1024} KiB";
            return null;
        }

        try
        {
            using var json = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = Depth });
            if (json.RootElement.ValueKind != JsonValueKind.Object || !json.RootElement.TryGetProperty("keys", out var list)
                || list.ValueKind != JsonValueKind.Array)
            {
                problem = "the document has no list of keys";
                return null;
            }

            if (list.GetArrayLength() > MostKeys)
            {
                problem = $"the document has more than {MostKeys} keys";
                return null;
            }

            var keys = list.EnumerateArray().Select(SigningKey.Read).OfType<SigningKey>().ToList();
            problem = keys.Count > 0 ? "" : "the document has no key that can be used: RSA of at least 2048 bits, or P-256, P-384 or P-521, for signatures";
            return keys.Count > 0 ? new KeySet([.. keys.Select(key => Same(key, previous))]) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            problem = "the document of keys is not JSON";
            return null;
        }
    }

    private static SigningKey Same(SigningKey key, KeySet? previous) => previous?.Keys.FirstOrDefault(old => old.Material == key.Material) ?? key;
}
