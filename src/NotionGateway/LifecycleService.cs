namespace NotionGateway;

/// <summary>Work at one moment of the program's life: a service overrides the moments that it needs.</summary>
internal abstract class LifecycleService : IHostedLifecycleService
{
    public virtual Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public virtual Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>What a part of the program tells operators of itself; null if there is nothing. What is wrong is on the readiness page too.</summary>
internal delegate PartNote? PartStatus();

/// <summary>One sentence of a part, and whether all is well with it.</summary>
internal sealed record PartNote(bool Ok, string Text);

/// <summary>Why the gateway should get no requests yet, of something that it waits for at the start only; null when that is over.</summary>
internal delegate string? ReadinessHold();
