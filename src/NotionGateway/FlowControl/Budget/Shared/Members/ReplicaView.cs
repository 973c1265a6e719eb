namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>
/// Who shares the connections, as far as this replica knows. A replica that is silent may be sending on its own, so its part of the limit is kept free
/// until it must have ended. A smaller number of replicas is believed only after the store has answered for that long without a loss, and while the
/// store is young others may be on their way back to it.
/// </summary>
/// <param name="least">As many replicas are counted at least in an outage, and while the store is young.</param>
/// <param name="keep">So long the part of a silent replica is kept free: <see cref="Store.SharedBudgetOptions.Keep"/>.</param>
internal sealed class ReplicaView(int least, TimeSpan keep)
{
    /// <summary>A replica that has not been heard of for longer is silent.</summary>
    public static readonly TimeSpan AliveFor = TimeSpan.FromSeconds(3);

    /// <summary>A replica that is cut off sends nothing for at least so long.</summary>
    public static readonly TimeSpan ShortestSilence = TimeSpan.FromSeconds(4);

    /// <summary>So long replicas may need to return to a store that all have lost: they try once a second, and may have to prove it for five.</summary>
    public static readonly TimeSpan Return = TimeSpan.FromSeconds(7);

    private readonly Lock _gate = new();
    private IReadOnlyList<TimeSpan> _silences = [];
    private TimeSpan _seenAt;
    private TimeSpan _youngUntil;
    private int _remembered;
    private TimeSpan _rememberedUntil;

    /// <summary>What a beat said: how long each counted replica has been silent, this one included, and how old the store is.</summary>
    public void See(IReadOnlyList<TimeSpan> silences, TimeSpan age, TimeSpan now)
    {
        lock (_gate)
        {
            (_silences, _seenAt, _youngUntil) = (silences, now, now + Return - age);
        }
    }

    /// <summary>The store's count is in doubt: what was known before is remembered.</summary>
    public void Doubt(TimeSpan now)
    {
        lock (_gate)
        {
            (_remembered, _rememberedUntil) = (Known(now), TimeSpan.MaxValue);
        }
    }

    /// <summary>The store answers again, from now on.</summary>
    public void Trust(TimeSpan now)
    {
        lock (_gate)
        {
            _rememberedUntil = now + keep;
        }
    }

    /// <summary>How many replicas there may be while the store gives no answer.</summary>
    public int InOutage(TimeSpan now)
    {
        lock (_gate)
        {
            return Math.Max(least, Known(now));
        }
    }

    /// <summary>How many are heard of, and how many are not.</summary>
    public (int Alive, int Silent) Count(TimeSpan now)
    {
        lock (_gate)
        {
            var alive = _silences.Count(silence => silence + (now - _seenAt) <= AliveFor);
            return (alive, Known(now) - alive);
        }
    }

    /// <summary>
    /// What all replicas that are heard of may send together. The part of a silent one is taken away little by little: what it sent before still counts.
    /// There is no burst meanwhile, since it would still count when a silent one uses all of its part.
    /// </summary>
    public PermitLimit Together(PermitLimit limit, TimeSpan now)
    {
        lock (_gate)
        {
            var known = Math.Max(Known(now), now < _youngUntil ? least : 0);
            if (known <= 1)
            {
                return limit;
            }

            var (part, rate) = (limit.WindowLimit / (double)known, limit.Rate / known);
            var missing = known - _silences.Count;
            var (silent, kept) = (missing, missing * part);
            foreach (var silence in _silences)
            {
                var beyond = silence + (now - _seenAt) - AliveFor;
                if (beyond > TimeSpan.Zero)
                {
                    silent++;
                    kept += Math.Min(part, rate * beyond.TotalSeconds);
                }
            }

            return silent == 0 ? limit : limit with
            {
                RatePerSecond = rate * Math.Max(1, known - silent),
                Burst = 1,
                WindowLimit = Math.Max(1, (int)(limit.WindowLimit - kept)),
            };
        }
    }

    /// <summary>The part that this replica may send while the store gives no answer.</summary>
    public PermitLimit Alone(PermitLimit limit, TimeSpan now) => limit.Among(InOutage(now)) with { Burst = 1 };

    /// <summary>
    /// For how long a replica sends nothing once the store is lost: in that time the burst that may just have been given, and a permit in each
    /// replica's hand, are paid off.
    /// </summary>
    public TimeSpan Silence(PermitLimit limit, TimeSpan now) =>
        MonotonicTime.Later(TimeSpan.FromSeconds((limit.Burst + InOutage(now)) / limit.Rate), ShortestSilence);

    /// <summary>Under the lock.</summary>
    private int Known(TimeSpan now) => Math.Max(_silences.Count, now < _rememberedUntil ? _remembered : 0);
}
