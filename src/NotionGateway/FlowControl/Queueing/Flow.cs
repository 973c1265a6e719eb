namespace NotionGateway.FlowControl.Queueing;

/// <summary>What one caller has waiting in a connection queue, first come first served, and its place in virtual time.</summary>
internal sealed class Flow(string caller)
{
    /// <summary>One permit at weight 1 in virtual time; large, so that weights divide it finely in whole numbers.</summary>
    public const long Permit = 10_000_000;

    private double _weight;

    public string Caller => caller;

    /// <summary>Virtual time of one permit: the smaller the weight, the more a permit costs.</summary>
    public long Cost { get; private set; } = Permit;

    public double Weight
    {
        get => _weight;
        set => (_weight, Cost) = (value, Math.Max(1, (long)(Permit / value)));
    }

    public QueuedRequest? First { get; private set; }

    public QueuedRequest? Last { get; private set; }

    /// <summary>Its requests that are ready.</summary>
    public int Count { get; private set; }

    /// <summary>Its places in the queue, those included that are set aside.</summary>
    public int Places { get; private set; }

    /// <summary>The bytes of all its places.</summary>
    public long Bytes { get; private set; }

    /// <summary>The start tag of its first waiting request.</summary>
    public long Start { get; set; }

    /// <summary>The finish tag of its last permit; kept while it is in the future, so that no caller gains by leaving and coming back.</summary>
    public long Finish { get; set; }

    /// <summary>Whether it has had a permit since it last began to wait.</summary>
    public bool Served { get; set; }

    /// <summary>When it last had a permit, in rounds: in one round each waiting caller gets its share once.</summary>
    public double ServedAt { get; set; } = double.NegativeInfinity;

    /// <summary>A number that grows: which of two flows began to wait first.</summary>
    public long Activation { get; set; }

    /// <summary>Its place in the heap; -1 while nothing waits.</summary>
    public int HeapIndex { get; set; } = -1;

    public void Add(QueuedRequest queued)
    {
        // A repeat is older than all others and goes to the head; everything else comes in order, at the tail.
        var before = First is null || queued.Request.Number < First.Request.Number ? null : Last;
        while (before is not null && before.Request.Number > queued.Request.Number)
        {
            before = before.Before;
        }

        var after = before is null ? First : before.After;
        (queued.Flow, queued.Before, queued.After) = (this, before, after);
        _ = before is null ? First = queued : before.After = queued;
        _ = after is null ? Last = queued : after.Before = queued;
        Count++;
    }

    public void Remove(QueuedRequest queued)
    {
        _ = queued.Before is null ? First = queued.After : queued.Before.After = queued.After;
        _ = queued.After is null ? Last = queued.Before : queued.After.Before = queued.Before;
        (queued.Flow, queued.Before, queued.After) = (null, null, null);
        Count--;
    }

    public void TakePlace(long bytes)
    {
        Places++;
        Bytes += bytes;
    }

    public void GivePlaceBack(long bytes)
    {
        Places--;
        Bytes -= bytes;
    }
}
