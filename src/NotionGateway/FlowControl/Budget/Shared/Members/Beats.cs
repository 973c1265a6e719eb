using System.Runtime.InteropServices;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>What a beat is for.</summary>
internal enum BeatPurpose
{
    /// <summary>To hear what there is, without being counted.</summary>
    Look,

    /// <summary>To compare the epoch with the one that is known, which stays the one that this replica tells its sends in.</summary>
    Compare,

    /// <summary>The same, while this replica uses its own part of the limit: the others keep that part free.</summary>
    Alone,

    /// <summary>To be counted.</summary>
    Join,

    /// <summary>To be counted no longer.</summary>
    Leave,
}

/// <summary>The answer to a beat.</summary>
/// <param name="Problem">Why there is none; empty if there is one.</param>
/// <param name="Asked">When it was asked.</param>
/// <param name="Answered">When the answer was there.</param>
/// <param name="Now">The store's clock.</param>
/// <param name="Epoch">Since when the store has forgotten nothing.</param>
/// <param name="Counted">Whether this replica is among those that the store counts.</param>
/// <param name="Age">How long ago the store began anew, empty or after an outage for all.</param>
/// <param name="Silences">How long each of them has been silent.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Beat(
    string Problem, TimeSpan Asked, TimeSpan Answered, long Now, string Epoch, bool Counted, TimeSpan Age, IReadOnlyList<TimeSpan> Silences)
{
    public bool IsThere => Problem.Length == 0;
}

/// <summary>Sends this replica's signs of life, and carries the pauses that replicas tell each other.</summary>
internal sealed class Beats(SharedStore store, ReplicaId replica, SharedBudgetOptions options, PauseExchange pauses)
{
    private const int FixedValues = 4;

    private readonly string[] _keys = [store.Key("replicas", "r"), store.Key("replicas", "p"), store.Key("replicas", "e")];

    /// <param name="purpose">What it is for.</param>
    /// <param name="raise">Every replica has to tell its sends again.</param>
    public async Task<Beat> BeatAsync(BeatPurpose purpose, bool raise = false)
    {
        string[] arguments =
        [
            replica.Text,
            purpose switch { BeatPurpose.Join => "join", BeatPurpose.Leave => "leave", BeatPurpose.Alone => "alone", _ => "look" },
            store.ValidUntil,
            StoreAnswer.Microseconds(options.Keep),
            store.Epoch,
            raise ? "1" : "0",
            .. pauses.ToTell().SelectMany(pause => new[] { pause.What, StoreAnswer.Microseconds(pause.Left) }),
        ];
        var answer = await store.AskAsync(StoreScript.Beat, _keys, arguments);
        if (!answer.IsThere)
        {
            return new Beat(answer.Problem, answer.Asked, answer.Answered, 0, "", Counted: false, TimeSpan.Zero, []);
        }

        var count = (int)answer.Number(3);
        var rest = answer.Values.AsSpan(FixedValues + count);
        for (var index = 0; index + 1 < rest.Length; index += 2)
        {
            pauses.Hear(rest[index], answer.Asked + StoreAnswer.OfMicroseconds(StoreAnswer.Parse(rest[index + 1])));
        }

        // What is told from now on is told in this epoch.
        store.Epoch = purpose is BeatPurpose.Look or BeatPurpose.Alone ? answer.Values[1] : store.Epoch;
        var silences = Enumerable.Range(FixedValues, count).Select(answer.Length).ToList();
        var age = StoreAnswer.OfMicroseconds(answer.Number(0) - answer.Number(1));
        return new Beat("", answer.Asked, answer.Answered, answer.Number(0), answer.Values[1], answer.Number(2) == 1, age, silences);
    }
}

/// <summary>This process's name among the replicas.</summary>
internal sealed record ReplicaId(string Text)
{
    private const string Letters = "abcdefghijklmnopqrstuvwxyz234567";
    private const int Length = 8;

    public static ReplicaId New(Random random) => new(new string(random.GetItems<char>(Letters, Length)));
}
