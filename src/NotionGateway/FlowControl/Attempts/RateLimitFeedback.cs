using NotionGateway.Credentials;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>A response from Notion as far as permits and repeats depend on it.</summary>
/// <param name="Status">Its HTTP status.</param>
/// <param name="Error">What its body says.</param>
/// <param name="RetryAfter">The header as it came.</param>
/// <param name="Date">The header as it came.</param>
internal sealed record UpstreamResponse(int Status, NotionError Error, string? RetryAfter, string? Date = null);

/// <summary>A pause that Notion asked for: with which credential it was met, and on which operation.</summary>
internal sealed record PausedByNotion(Credential Credential, NotionOperation? Operation, Cooldown Cooldown);

/// <summary>Acts on Notion's responses: a 429 or 529 pauses what Notion says is over its limit, for as long as it says.</summary>
internal sealed class RateLimitFeedback(ConnectionQueues connectionQueues, TimeProvider time, Random random, ILogger<RateLimitFeedback> log)
{
    /// <summary>Notion has asked for a pause.</summary>
    public event Action<PausedByNotion>? Paused;

    /// <summary>How long the body of a 429 or 529 is waited for: it says what is paused, and the head that there is a pause.</summary>
    public static readonly TimeSpan BodyWait = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>For a response that does not say how long.</summary>
    private static readonly Backoff Unsaid = new(Shortest, RetryRules.LongestWait);

    /// <summary>Lets nothing more out on the connection until <see cref="Note"/> says what is paused, but no longer than its body is waited for.</summary>
    public void Expect(Credential credential) => connectionQueues.For(credential).Hold(time.Monotonic() + BodyWait);

    /// <summary>Pauses; gives the end of the pause, or null if waiting does not help.</summary>
    /// <param name="credential">The credential it was sent with.</param>
    /// <param name="operation">What was sent.</param>
    /// <param name="response">The 429 or 529.</param>
    /// <param name="attempt">The number of the attempt, counted from 1.</param>
    public TimeSpan? Note(Credential credential, NotionOperation? operation, UpstreamResponse response, int attempt)
    {
        var reason = response.Error.LimitReason;
        if (reason == LimitReason.Blocked)
        {
            log.Blocked(credential.Name, reason);
            connectionQueues.For(credential).Release();
            return null;
        }

        var wait = WaitOf(response, time.GetUtcNow()) ?? Unsaid.After(attempt, random.NextDouble());
        wait = wait < Shortest ? Shortest : wait;
        var cooldown = new Cooldown(LevelOf(reason, credential, operation), time.Monotonic() + wait);
        var isNew = Pause(credential, operation, cooldown);
        Paused?.Invoke(new PausedByNotion(credential, operation, cooldown));
        if (isNew)
        {
            Tell(credential, response, cooldown.Level, wait);
        }

        return cooldown.Until;
    }

    /// <summary>The wait that Notion asks for: the header, else the body; null if neither makes sense.</summary>
    public static TimeSpan? WaitOf(UpstreamResponse response, DateTimeOffset now) =>
        RetryAfter.Wait(response.RetryAfter, response.Date, now) ?? RetryAfter.Wait(response.Error.RetryAfter, response.Date, now);

    /// <summary>A level that cannot be determined (for example, no workspace is known) falls back to the credential.</summary>
    private static LimitLevel LevelOf(string? reason, Credential credential, NotionOperation? operation) => reason switch
    {
        LimitReason.Workspace when credential.Workspace is not null => LimitLevel.Workspace,
        LimitReason.Endpoint when operation is not null => LimitLevel.Endpoint,
        _ => LimitLevel.Credential,
    };

    private bool Pause(Credential credential, NotionOperation? operation, Cooldown cooldown)
    {
        var connectionQueue = connectionQueues.For(credential);
        if (cooldown.Level == LimitLevel.Workspace && credential.Workspace is { } workspace)
        {
            return connectionQueues.PauseWorkspace(workspace, cooldown.Until);
        }

        var isNew = connectionQueue.Pause(cooldown, operation);
        if (cooldown.Level == LimitLevel.Endpoint)
        {
            // The other operations were held back only until this was known.
            connectionQueue.Release();
        }

        return isNew;
    }

    private void Tell(Credential credential, UpstreamResponse response, LimitLevel level, TimeSpan wait)
    {
        if (response.Status == 529)
        {
            log.Overloaded(credential.Name, wait.TotalSeconds);
            return;
        }

        var use = connectionQueues.For(credential).Budget.Use();
        log.Limited(credential.Name, LimitReason.Label(response.Error.LimitReason), use.Used, use.Limit, wait.TotalSeconds, level);
    }
}
