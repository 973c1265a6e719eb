using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// Seals unencrypted values that must not be changed from outside: the grant and caller of a key, and the owner and name of a
/// grant. Its key is in the key ring, encrypted and signed; it never changes, so that rows need not either.
/// Times, state and version are not sealed: changing them can deny access to a grant, but cannot give access.
/// </summary>
internal sealed class RowSealer(EncryptionKeys keys, TimeProvider time, ILogger<RowSealer> log)
{
    /// <summary>The name of the ring element that contains the key.</summary>
    public const string ElementName = "row-seals";

    private const int KeyLength = 32;

    /// <summary>A forged key may be presented any number of times: one line a second.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Signed with each element: the rows of this store have seals, and are never given any again.</summary>
    private static readonly XName Mark = "rowsSealed";

    private byte[]? _key;
    private long _toldAt = long.MinValue;

    /// <summary>The content of a ring element, marked as one of a store whose rows have seals.</summary>
    public static XElement Marked(XElement content)
    {
        content.SetAttributeValue(Mark, "true");
        return content;
    }

    /// <summary>
    /// Creates the key for a store whose rows have no seals yet: returns the ring elements to write in the same transaction as the seals.
    /// A ring that is marked already belongs to rows whose seals were removed from outside. The key is not used before <see cref="Use"/>:
    /// what is not committed must not seal a row.
    /// </summary>
    public IReadOnlyList<RingElement> Begin(IReadOnlyList<RingElement> ring, bool hasGrants)
    {
        if (ring.Count == 0 && hasGrants)
        {
            throw KeyRingGuard.NoRing();
        }

        var opened = ring.Select(element => (element.Name, Opened: RingSignature.Open(element, keys))).ToList();
        if (opened.Any(element => element.Name == ElementName || element.Opened.Content.Attribute(Mark) is not null))
        {
            throw new KeyRingException(
                "The rows of the grant store have lost their seals: the store was changed from outside. Restore a backup of the store; nothing was changed.");
        }

        var key = RandomNumberGenerator.GetBytes(KeyLength);
        var content = new XElement("rowSeals", RingXml.Encrypt(new XElement("key", Convert.ToBase64String(key)), keys.Current));
        return
        [
            RingSignature.Sign(ElementName, Marked(content), keys.Current),
            .. opened.Select(element => RingSignature.Sign(element.Name, Marked(element.Opened.Content), element.Opened.Key)),
        ];
    }

    /// <summary>The element that contains the key; a <see cref="KeyRingException"/> if it is gone.</summary>
    public static RingElement Require(IReadOnlyList<RingElement> ring) => ring.FirstOrDefault(element => element.Name == ElementName)
        ?? throw new KeyRingException($"The element '{ElementName}' is missing from the key ring in the grant store. Restore a backup of the store.");

    /// <summary>Reads the key, if that was not done before; a <see cref="KeyRingException"/> if it is gone.</summary>
    public void Load(Func<IReadOnlyList<RingElement>> readRing)
    {
        if (Volatile.Read(ref _key) is null)
        {
            Use(readRing());
        }
    }

    /// <summary>Uses the key of this ring, whatever was used before; a <see cref="KeyRingException"/> if it is gone.</summary>
    public void Use(IReadOnlyList<RingElement> ring)
    {
        var encrypted = RingSignature.Open(Require(ring), keys).Content.Element(RingXml.EncryptedKey)
            ?? throw new KeyRingException($"The element '{ElementName}' holds no key.");
        Volatile.Write(ref _key, Convert.FromBase64String(RingXml.Decrypt(encrypted, keys).Value));
    }

    public byte[] SealOf(Grant grant) => Seal("grant", grant.Id, grant.Name.Value, grant.App, grant.BotId, grant.WorkspaceId);

    public byte[] SealOf(BoundKey key) =>
        Seal("bound key", Convert.ToHexString(key.Digest.ToStored()), key.GrantId, key.Caller, key.Kind.ToString(), key.Issue);

    public void Check(Grant grant, byte[]? seal)
    {
        if (!Holds(SealOf(grant), seal))
        {
            throw Broken($"The row of grant '{grant.Id}', which is called '{grant.Name}' there,");
        }
    }

    public void Check(BoundKey key, byte[]? seal)
    {
        if (!Holds(SealOf(key), seal))
        {
            throw Broken($"The row of a bound key that is said to open grant '{key.GrantId}' for caller '{key.Caller}'");
        }
    }

    private static bool Holds(byte[] expected, byte[]? seal) => CryptographicOperations.FixedTimeEquals(expected, seal);

    private GrantStoreException Broken(string row)
    {
        var message = $"{row} was changed or added from outside: its seal is not right. Find out who can write to the store, and restore a backup.";
        var (now, before) = (time.GetTimestamp(), Volatile.Read(ref _toldAt));
        if ((before == long.MinValue || time.GetElapsedTime(before, now) >= Pause) && Interlocked.CompareExchange(ref _toldAt, now, before) == before)
        {
            log.RowForged(message);
        }

        return new GrantStoreException(message) { IsForged = true };
    }

    /// <summary>Each text with its length before it, so that no two rows give the same bytes.</summary>
    private byte[] Seal(params ReadOnlySpan<string> texts)
    {
        var key = Volatile.Read(ref _key) ?? throw new InvalidOperationException("The key of the row seals has not been loaded.");
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
        foreach (var text in texts)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            hash.AppendData(BitConverter.GetBytes(bytes.Length));
            hash.AppendData(bytes);
        }

        return hash.GetHashAndReset();
    }
}
