using System.Globalization;
using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>Asks for a permit.</summary>
/// <param name="State">The connection's state that the question is put to, and what is known of it.</param>
/// <param name="Permit">The permit's name, chosen here so that one whose answer is lost can be returned.</param>
/// <param name="Whole">What the connection may be sent.</param>
/// <param name="Limit">What those replicas may send that are heard of.</param>
/// <param name="Notes">What the store is told before.</param>
/// <param name="Known">So many permits are used or taken, as far as this replica knows.</param>
/// <param name="At">The present, which ages of sends count from.</param>
/// <param name="Bid">Who waits here.</param>
internal sealed record TakeQuestion(
    ConnectionState State, PermitId Permit, PermitLimit Whole, PermitLimit Limit, StoreNotes Notes, int Known, TimeSpan At, PermitBid Bid);

/// <summary>Puts questions about a connection into the form that the scripts read.</summary>
internal sealed class ConnectionQuestions(SharedStore store, StoreClock clock, ReplicaId replica)
{
    /// <summary>Longer than it ever takes from a permit to the first byte; one that is neither used nor returned counts from then.</summary>
    private static readonly string Hold = StoreAnswer.Microseconds(TimeSpan.FromSeconds(30));

    /// <summary>In so long every replica has told its sends: longer than a beat.</summary>
    private static readonly string Renewal = StoreAnswer.Microseconds(TimeSpan.FromSeconds(1.2));

    public TimeSpan Timeout => store.Timeout;

    /// <summary>Since when the store has forgotten nothing, as far as this replica knows.</summary>
    public string Epoch => store.Epoch;

    public ConnectionKeys KeysOf(ConnectionKey connection)
    {
        var tag = KeyTag.OfConnection(connection);
        return new ConnectionKeys(store.Key(tag, "s"), store.Key(tag, "log"), store.Key(tag, "bid"), store.Key(tag, "fin"));
    }

    public async Task<StoreAnswer> TakeAsync(TakeQuestion question)
    {
        var (notes, bid) = (question.Notes, question.Bid);
        var arguments = new List<string>(15 + (2 * (notes.Sends.Count + bid.Callers.Count)) + notes.Returns.Count)
        {
            replica.Text,
            NameOf(question.Permit),
            (question.Limit.Rate / TimeSpan.MicrosecondsPerSecond).ToString("R", CultureInfo.InvariantCulture),
            StoreAnswer.Text(question.Limit.Burst),
            StoreAnswer.Text(question.Limit.WindowLimit),
            StoreAnswer.Microseconds(question.Whole.Span),
            Hold,
            store.ValidUntil,
            StoreAnswer.Text(question.State.Born),
            StoreAnswer.Text(question.State.Seen),
            StoreAnswer.Microseconds(MonotonicTime.Later(question.Notes.PauseUntil - question.At, TimeSpan.Zero)),
            StoreAnswer.Text(notes.Sends.Count),
            StoreAnswer.Text(notes.Returns.Count),
            StoreAnswer.Text(bid.Callers.Count),
            store.Epoch,
        };
        AddSends(arguments, notes.Sends, question.At);
        arguments.AddRange(notes.Returns.Select(NameOf));
        foreach (var caller in bid.Callers)
        {
            arguments.Add(caller.Name);
            arguments.Add(StoreAnswer.Text(caller.Cost));
        }

        var answer = await store.AskAsync(StoreScript.Take, question.State.Keys.All, [.. arguments]);
        if (answer.IsThere)
        {
            clock.Hear(new TakeReply(answer).Now);
        }

        return answer;
    }

    public async Task<StoreAnswer> SyncAsync(ConnectionKeys keys, PermitLimit limit, IReadOnlyList<SentPermit> sent, TimeSpan at, bool renew)
    {
        var arguments = new List<string>(4 + (2 * sent.Count)) { StoreAnswer.Microseconds(limit.Span), Hold, renew ? "1" : "0", Renewal };
        AddSends(arguments, sent, at);
        var answer = await store.AskAsync(StoreScript.Sync, keys.Told, [.. arguments]);
        if (answer.IsThere)
        {
            clock.Hear(answer.Number(3));
        }

        return answer;
    }

    private void AddSends(List<string> arguments, IReadOnlyList<SentPermit> sends, TimeSpan at)
    {
        foreach (var sent in sends)
        {
            // The store's clock leaves out parts of a microsecond: one less, so that no send leaves the window too soon.
            arguments.Add(NameOf(sent.Permit));
            arguments.Add(StoreAnswer.Text(((at - sent.At).Ticks / TimeSpan.TicksPerMicrosecond) - 1));
        }
    }

    private string NameOf(PermitId permit) => $"{replica.Text}:{StoreAnswer.Text(permit.Number)}";
}
