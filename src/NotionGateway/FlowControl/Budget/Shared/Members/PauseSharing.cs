using NotionGateway.Credentials;
using NotionGateway.FlowControl.Attempts;
using NotionGateway.FlowControl.Queueing;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>
/// Tells the other replicas what Notion pauses, and pauses here what they tell. The store gives no permit during a pause of a connection anyway; those who
/// wait for one have to be told, too.
/// </summary>
internal sealed class PauseSharing(RateLimitFeedback feedback, ConnectionQueues queues, PauseExchange exchange, Membership membership) : LifecycleService
{
    public override Task StartingAsync(CancellationToken cancellationToken)
    {
        feedback.Paused += Tell;
        exchange.Heard += (what, until) => Apply(what, until, queues.Bindings);
        queues.Bound += binding =>
        {
            foreach (var (what, until) in exchange.Known())
            {
                Apply(what, until, [binding]);
            }
        };
        return Task.CompletedTask;
    }

    private void Tell(PausedByNotion pause)
    {
        if (NameOf(pause.Credential, pause.Cooldown.Level, pause.Operation) is { } what)
        {
            exchange.Tell(what, pause.Cooldown.Until);
            _ = membership.RunAsync();
        }
    }

    private static void Apply(string what, TimeSpan until, IEnumerable<ConnectionBinding> bindings)
    {
        var level = what[0] switch { 'w' => LimitLevel.Workspace, 'e' => LimitLevel.Endpoint, _ => LimitLevel.Credential };
        var operation = level != LimitLevel.Endpoint ? null
            : NotionOperations.All.FirstOrDefault(operation => what.EndsWith($":{operation.Name}", StringComparison.Ordinal));
        foreach (var binding in bindings.Where(binding => NameOf(binding.Credential, level, operation) == what))
        {
            binding.ConnectionQueue.Pause(new Cooldown(level, until), operation);
        }
    }

    /// <summary>What is paused, in a form that says nothing outside; null if other replicas could not tell what it is.</summary>
    private static string? NameOf(Credential credential, LimitLevel level, NotionOperation? operation) => level switch
    {
        LimitLevel.Workspace => credential.Workspace is { } workspace ? $"w:{KeyTag.Of(workspace)}" : null,
        LimitLevel.Endpoint => operation is null ? null : $"e:{OfConnection(credential.State)}:{operation.Name}",
        _ => $"c:{OfConnection(credential.State)}",
    };

    private static string OfConnection(CredentialState state) => KeyTag.OfConnection(state.Connection());
}
