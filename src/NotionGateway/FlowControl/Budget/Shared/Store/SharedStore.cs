namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>
/// Asks the store, with a timeout of its own. A failure is a value: a replica that gets no answer has a way to go on, so nothing is thrown and nothing is
/// tried again here.
/// </summary>
internal sealed class SharedStore(StoreCall call, SharedBudgetOptions options, StoreClock clock, StoreMetrics metrics, TimeProvider time)
{
    public async Task<StoreAnswer> AskAsync(StoreScript script, string[] keys, string[] arguments)
    {
        var asked = time.Monotonic();
        var answer = await RunAsync(script, keys, arguments, asked);
        metrics.Count(script, answer);
        return answer;
    }

    /// <summary>Names a key: all keys of one script have the same tag, so that a cluster keeps them in one place.</summary>
    public string Key(string tag, string part) => $"{options.KeyPrefix}:{{{tag}}}:{part}";

    /// <summary>How long an answer is waited for.</summary>
    public TimeSpan Timeout => options.Timeout;

    /// <summary>Until when a question that is asked now may be carried out.</summary>
    public string ValidUntil => clock.ValidUntil;

    /// <summary>Since when the store has forgotten nothing, by its own clock; every beat looks whether that is still true.</summary>
    public string Epoch { get; set; } = "0";

    private async Task<StoreAnswer> RunAsync(StoreScript script, string[] keys, string[] arguments, TimeSpan asked)
    {
        try
        {
            var values = await call(script, keys, arguments).WaitAsync(options.Timeout, time);
            return new StoreAnswer(values, "", asked, time.Monotonic());
        }
        catch (TimeoutException)
        {
            return new StoreAnswer(null, StoreProblem.Timeout, asked, time.Monotonic());
        }
        catch (Exception exception)
        {
            // The client library's texts name servers and commands and may quote arguments: none of those is a secret, but they are long.
            return new StoreAnswer(null, StoreProblem.Of(exception), asked, time.Monotonic());
        }
    }
}

/// <summary>Why the store gave no answer, in one line.</summary>
internal static class StoreProblem
{
    public const string Timeout = "no answer in time";

    private const int Longest = 200;

    public static string Of(Exception exception)
    {
        var line = exception.Message.AsSpan();

        // What follows is about the client's own threads and sockets.
        var end = line.IndexOfAny("\r\n;(");
        line = (end < 0 ? line : line[..end]).Trim();
        return line.Length > Longest ? $"{line[..Longest]}…" : line.ToString();
    }
}
