using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Budget.Shared.Members;
using NotionGateway.FlowControl.Budget.Shared.Store;

namespace NotionGateway.FlowControl.Budget.Shared;

/// <summary>Tries the store of the shared budget: connects, and runs every script on a connection that nobody else uses.</summary>
internal static class SharedBudgetCheck
{
    private const int Rounds = 50;

    private static readonly PermitLimit Limit = new(1000, 1000, 1000, TimeSpan.FromSeconds(1), TimeSpan.Zero);

    /// <summary>Whether it works, and what to say of it.</summary>
    public static async Task<(bool Works, string Words)> RunAsync(
        SharedBudgetOptions options, SecretReaders secrets, IMeterFactory meters, TimeProvider time, Random random)
    {
        using var link = new RedisLink(options, secrets, time, random, NullLogger<RedisLink>.Instance);
        if (await link.OpenAsync() is { } problem)
        {
            return (false, problem);
        }

        // The prefix of the installation, since the user may be allowed no other; the name of no replica.
        var replica = ReplicaId.New(random);
        var clock = new StoreClock(options.ShortestMargin, options.Keep);
        var store = new SharedStore(link.RunAsync, options with { LongestSpan = TimeSpan.FromSeconds(1) }, clock, new StoreMetrics(meters), time);
        var questions = new ConnectionQuestions(store, clock, replica);
        var state = new ConnectionState(questions.KeysOf(ConnectionKey.OfBot($"check-{replica.Text}")));
        var sync = await questions.SyncAsync(state.Keys, Limit, [], time.Monotonic(), renew: false);
        if (!sync.IsThere)
        {
            return (false, sync.Problem);
        }

        var look = await new Beats(store, replica, options, new PauseExchange(time)).BeatAsync(BeatPurpose.Look);
        if (!look.IsThere)
        {
            return (false, look.Problem);
        }

        var lengths = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var notes = new StoreNotes([], [], TimeSpan.Zero);
            var question = new TakeQuestion(state, new PermitId(round), Limit, Limit, notes, Known: 0, time.Monotonic(), new PermitBid([new("check", 1)], 1));
            var answer = await questions.TakeAsync(question);
            if (!answer.IsThere)
            {
                return (false, answer.Problem);
            }

            lengths.Add((answer.Answered - answer.Asked).TotalMilliseconds);
        }

        lengths.Sort();
        var trips = FormattableString.Invariant($"round trip {lengths[Rounds / 2]:0.0} ms, longest of {Rounds} {lengths[^1]:0.0} ms");
        return (true, $"{await link.DescribeAsync()}; {trips}; replicas: {look.Silences.Count}");
    }
}
