using System.Collections.Concurrent;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl;

/// <summary>
/// Remembers what was tried to the last and failed, by credential, caller and operation. The caller's SDK tries again by itself;
/// if the gateway then repeated as often as before, the attempts would multiply. One success and all is forgotten.
/// </summary>
internal sealed class GivenUp(MonotonicClock clock)
{
    private const int Most = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(CredentialName Credential, string Caller, NotionOperation Operation), TimeSpan> _all = new();
    private volatile bool _any;

    public bool Holds(TurnRequest request) => _any && _all.TryGetValue(KeyOf(request), out var at) && clock.Now - at < Remembered;

    public void Add(TurnRequest request)
    {
        if (_all.Count >= Most)
        {
            _all.Clear();
        }

        _all[KeyOf(request)] = clock.Now;
        _any = true;
    }

    public void Forget(TurnRequest request)
    {
        if (_any && _all.TryRemove(KeyOf(request), out _))
        {
            _any = !_all.IsEmpty;
        }
    }

    private static (CredentialName Credential, string Caller, NotionOperation Operation) KeyOf(TurnRequest request) =>
        (request.Credential.Name, request.Caller, request.Operation!);
}
