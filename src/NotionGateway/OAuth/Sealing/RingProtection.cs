using Microsoft.AspNetCore.DataProtection;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Sealing;

/// <summary>
/// Data Protection with the gateway's key ring. It has its own service container, so that nothing else uses this ring, and so
/// that it can be recreated: the framework looks for keys of other processes only once a day.
/// </summary>
internal sealed class RingProtection(IKeyRingStore store, EncryptionKeys keys, ILoggerFactory logs) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly RingRepository _repository = new(store, keys);
    private readonly HashSet<Guid> _caughtUpWith = [];
    private readonly List<ServiceProvider> _containers = [];
    private volatile IDataProtectionProvider? _provider;

    public IDataProtectionProvider Provider
    {
        get
        {
            if (_provider is { } provider)
            {
                return provider;
            }

            lock (_lock)
            {
                return _provider ??= Make();
            }
        }
    }

    public bool Holds(Guid key) => store.ReadRing().Any(element => element.Name == RingRepository.NameOf(key));

    /// <summary>
    /// Whether to retry with the present provider. For a key that another process has created the ring is read again, at most
    /// once for each key.
    /// </summary>
    public bool TryCatchUpWith(Guid key, IDataProtectionProvider used)
    {
        lock (_lock)
        {
            if (_provider != used)
            {
                return true;
            }

            if (_caughtUpWith.Contains(key) || !Holds(key))
            {
                return false;
            }

            _provider = Make();
            return _caughtUpWith.Add(key);
        }
    }

    public void Dispose() => _containers.ForEach(container => container.Dispose());

    private IDataProtectionProvider Make()
    {
        // Those before are kept until the end, as they may be in use; there are no more than ring keys.
        var container = SealingFeature.MakeProtection(_repository, keys, logs);
        _containers.Add(container);
        return container.GetRequiredService<IDataProtectionProvider>();
    }
}
