namespace NotionGateway.OAuth.Sealing;

/// <summary>The encryption key and, while it is being changed, the one before. It is filled once, at start.</summary>
internal sealed class EncryptionKeys
{
    private Provided? _provided;

    public EncryptionKey Current => Get().Current;

    /// <param name="current">The operator's secret text.</param>
    /// <param name="previous">What the key ring may still be encrypted with; null unless the key is being changed.</param>
    public void Provide(string current, string? previous)
    {
        var provided = new Provided(EncryptionKey.Of(current), previous is null ? null : EncryptionKey.Of(previous));
        if (Interlocked.CompareExchange(ref _provided, provided, null) is not null)
        {
            throw new InvalidOperationException("The encryption keys have been provided already.");
        }
    }

    /// <summary>The key of this id; null if we have none such.</summary>
    public EncryptionKey? Find(string id)
    {
        var (current, previous) = Get();
        return current.Id == id ? current : previous?.Id == id ? previous : null;
    }

    public override string ToString() => "[encryption keys]";

    private Provided Get() =>
        Volatile.Read(ref _provided) ?? throw new KeyRingException(
            "There is no encryption key: set Gateway:OAuth:EncryptionKey. Without it, grants cannot be stored or decrypted.");

    private sealed record Provided(EncryptionKey Current, EncryptionKey? Previous)
    {
        public override string ToString() => "[encryption keys]";
    }
}
