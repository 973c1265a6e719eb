using NotionGateway.Credentials.Sources;

namespace NotionGateway.Credentials;

/// <summary>One credential and its present state. Readers take the state once; writers replace it whole.</summary>
internal sealed class Credential
{
    private readonly Lock _writing = new();
    private readonly TaskCompletionSource _firstRead = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile CredentialState _state;
    private volatile bool _busy;
    private long _lastSuccess = long.MinValue;

    /// <param name="terms">What holds for it.</param>
    /// <param name="known">Its state, if something is known of it.</param>
    /// <param name="supplier">What renews its token; null for a configured credential, whose source is read again.</param>
    public Credential(CredentialTerms terms, CredentialState? known = null, ITokenSupplier? supplier = null)
    {
        (Terms, Supplier) = (terms, supplier);
        _state = known ?? new CredentialState();
        if (_state.Token is not null)
        {
            NoteFirstRead();
        }
    }

    public CredentialTerms Terms { get; }

    public ITokenSupplier? Supplier { get; }

    /// <summary>The settings of a configured credential.</summary>
    public CredentialOptions Options => Terms as CredentialOptions ?? throw new InvalidOperationException($"Credential '{Name}' is not a configured one.");

    public CredentialName Name => Terms.Name;

    public CredentialState State => _state;

    /// <summary>The workspace whose limit it shares, if known: what the operator says wins over what the probe has found.</summary>
    public string? Workspace => Terms.Workspace ?? _state.Identity?.WorkspaceId;

    /// <summary>
    /// When Notion last accepted its token, for a request or a probe; null if not since the start. Beside the state, because every response writes it.
    /// </summary>
    public TimeSpan? LastSuccess
    {
        get => Volatile.Read(ref _lastSuccess) is > long.MinValue and var ticks ? new TimeSpan(ticks) : null;
        init => _lastSuccess = value?.Ticks ?? long.MinValue;
    }

    /// <summary>Raised when Notion has said that it refuses the token, so that waiting for it is useless, or whose token it is.</summary>
    public event Action<Credential>? Judged;

    /// <summary>Whether the background maintenance is at work on it.</summary>
    public bool Busy
    {
        get => _busy;
        set => _busy = value;
    }

    /// <summary>Ends when the source has been read for the first time, well or badly.</summary>
    public Task FirstRead => _firstRead.Task;

    /// <summary>Runs one refresh at a time; callers that come meanwhile share it.</summary>
    public SingleFlight<bool> Refresh { get; } = new();

    /// <summary>Investigates a 401 once for all that got one.</summary>
    public SingleFlight<RenewalOutcome> Renewal { get; } = new();

    /// <summary>Runs one probe at a time; callers that come meanwhile share it.</summary>
    public SingleFlight<ProbeVerdict> Probe { get; } = new();

    /// <summary>Replaces the state by what follows from it; gives the one before and the one after.</summary>
    public (CredentialState Before, CredentialState After) Advance(Func<CredentialState, CredentialState> next)
    {
        CredentialState before, after;
        lock (_writing)
        {
            before = _state;
            after = _state = next(before);
        }

        if ((after.Quarantined && !before.Quarantined) || (after.Identity is not null && before.Identity is null))
        {
            Judged?.Invoke(this);
        }

        return (before, after);
    }

    public void NoteSuccess(TimeSpan now) => Volatile.Write(ref _lastSuccess, now.Ticks);

    /// <summary>Whether there is a token by now that is not this one.</summary>
    public bool HasOtherThan(NotionToken used) => State.Token is { } now && !now.Equals(used);

    public void NoteFirstRead() => _firstRead.TrySetResult();
}
