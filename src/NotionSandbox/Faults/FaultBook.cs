using NotionSandbox.Recording;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The faults in force. Of several that match a request the oldest strikes.</summary>
internal sealed class FaultBook
{
    private readonly Lock _gate = new();
    private volatile ActiveFault[] _active = [];
    private int _numbered;

    public IReadOnlyList<ActiveFault> All => _active;

    public ActiveFault Add(FaultRule rule)
    {
        lock (_gate)
        {
            var added = new ActiveFault(++_numbered, rule);
            _active = [.. _active, added];
            return added;
        }
    }

    /// <summary>A fault for every request, in short.</summary>
    public ActiveFault Add(Fault fault, int? times = null) => Add(new FaultRule { Fault = fault, Times = times });

    public bool Remove(int number)
    {
        lock (_gate)
        {
            return End(fault => fault.Number == number) > 0;
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            End(_ => true);
        }
    }

    public ActiveFault? Take(ReceivedRequest request, string path, NotionEndpoint? endpoint)
    {
        if (_active.Length == 0)
        {
            return null;
        }

        lock (_gate)
        {
            return _active.FirstOrDefault(fault => fault.Takes(request, path, endpoint));
        }
    }

    private int End(Predicate<ActiveFault> which)
    {
        var ended = Array.FindAll(_active, which);
        _active = [.. _active.Except(ended)];
        Array.ForEach(ended, fault => fault.Rule.Fault?.End());
        return ended.Length;
    }
}
