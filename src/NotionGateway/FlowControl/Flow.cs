namespace NotionGateway.FlowControl;

/// <summary>What one caller has waiting in a lane, first come first served, and its place in virtual time.</summary>
internal sealed class Flow(string caller)
{
    /// <summary>One turn at weight 1 in virtual time; large, so that weights divide it finely in whole numbers.</summary>
    public const long Turn = 10_000_000;

    private double _weight;

    public string Caller => caller;

    /// <summary>Virtual time of one turn: the smaller the weight, the more a turn costs.</summary>
    public long Cost { get; private set; } = Turn;

    public double Weight
    {
        get => _weight;
        set => (_weight, Cost) = (value, Math.Max(1, (long)(Turn / value)));
    }

    public WaitingTurn? First { get; private set; }

    public WaitingTurn? Last { get; private set; }

    public int Count { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>The start tag of its first waiting request.</summary>
    public long Start { get; set; }

    /// <summary>The finish tag of its last turn; kept while it lies ahead, so that nobody gains by leaving and coming back.</summary>
    public long Finish { get; set; }

    /// <summary>Whether it has had a turn since it last began to wait.</summary>
    public bool Served { get; set; }

    /// <summary>When it last had a turn, in rounds: in one round each who waits has its share once.</summary>
    public double ServedAt { get; set; } = double.NegativeInfinity;

    /// <summary>A number that grows: which of two flows began to wait first.</summary>
    public long Activation { get; set; }

    /// <summary>Its place in the heap; -1 while nothing waits.</summary>
    public int HeapIndex { get; set; } = -1;

    public void Add(WaitingTurn turn)
    {
        // A repeat is older than all others and goes to the head; everything else comes in order, at the tail.
        var before = First is null || turn.Request.Number < First.Request.Number ? null : Last;
        while (before is not null && before.Request.Number > turn.Request.Number)
        {
            before = before.Before;
        }

        var after = before is null ? First : before.After;
        (turn.Flow, turn.Before, turn.After) = (this, before, after);
        _ = before is null ? First = turn : before.After = turn;
        _ = after is null ? Last = turn : after.Before = turn;
        Count++;
        Bytes += turn.Request.Bytes;
    }

    public void Remove(WaitingTurn turn)
    {
        _ = turn.Before is null ? First = turn.After : turn.Before.After = turn.After;
        _ = turn.After is null ? Last = turn.Before : turn.After.Before = turn.Before;
        (turn.Flow, turn.Before, turn.After) = (null, null, null);
        Count--;
        Bytes -= turn.Request.Bytes;
    }
}
