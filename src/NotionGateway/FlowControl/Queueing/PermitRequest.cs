using NotionGateway.Credentials;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>Asks for a permit: on which connection, for whom, with what share, and until when it is of use.</summary>
internal sealed class PermitRequest(Credential credential, string caller, double weight, TimeSpan deadline)
{
    private object? _key;
    private bool _hasAsked;

    public Credential Credential => credential;

    public string Caller => caller;

    /// <summary>The caller's share of the permits while others wait too, relative to theirs.</summary>
    public double Weight => weight;

    /// <summary>The last moment, by the <see cref="MonotonicTime"/>, at which the permit may be had.</summary>
    public TimeSpan Deadline { get; private set; } = deadline;

    /// <summary>What is to be done with it; operations may be paused one by one.</summary>
    public NotionOperation? Operation { get; init; }

    /// <summary>Memory that is held while it waits, in bytes.</summary>
    public int Bytes { get; init; }

    /// <summary>That memory; given back at once when the place in the queue is taken away.</summary>
    public IDisposable? Held { get; init; }

    /// <summary>
    /// Why it need not wait any longer, if what it was admitted by has ended; asked under the queue's lock, so it must not wait. Null: it is nobody's
    /// request.
    /// </summary>
    public Func<Refusal?>? WhyLost { get; init; }

    /// <summary>Finds the key of <see cref="KeyedBy"/>; null: its response serves nobody else.</summary>
    public ResponseKey? KeyOf { get; init; }

    public object? KeyedBy { get; init; }

    /// <summary>
    /// Requests with equal keys can be served by one response. Asked only when it must wait, and then once; under the queue's lock, so it must be quick.
    /// </summary>
    public object? Key
    {
        get
        {
            if (!_hasAsked)
            {
                (_hasAsked, _key) = (true, KeyedBy is null ? null : KeyOf?.Invoke(KeyedBy));
            }

            return _key;
        }
    }

    /// <summary>Its number in the order of arrival, given when it is first asked for. A retry uses the same request, so it precedes all later ones.</summary>
    public long Number { get; set; }

    /// <summary>A request to ask with how long it would wait: behind all that the caller has waiting already.</summary>
    public static PermitRequest Next(Credential credential, string caller, double weight, NotionOperation? operation = null) =>
        new(credential, caller, weight, TimeSpan.MaxValue) { Operation = operation, Number = long.MaxValue };

    /// <summary>Puts the deadline off, if it is before that time.</summary>
    public void WaitAtLeastUntil(TimeSpan time) => Deadline = MonotonicTime.Later(time, Deadline);

    /// <summary>Brings the deadline forward, if it is after that time.</summary>
    public void WaitAtMostUntil(TimeSpan time) => Deadline = time < Deadline ? time : Deadline;

    /// <summary>The same for another credential, with its place in the order of arrival.</summary>
    public PermitRequest With(Credential other) => new(other, Caller, Weight, Deadline)
    {
        Operation = Operation,
        Bytes = Bytes,
        Held = Held,
        WhyLost = WhyLost,
        KeyOf = KeyOf,
        KeyedBy = KeyedBy,
        Number = Number,
    };
}
