using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The answer waits until it is released, or until the fault is taken away; so a test needs no clock to arrange who comes first.</summary>
internal sealed record HoldFault : Fault
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HoldFault() => Performs = true;

    /// <summary>Hold what was asked from being done, instead of the answer after it was done.</summary>
    public bool Before { get; init; }

    /// <summary>Lets everything go that is held, and holds nothing from now on.</summary>
    public void Release() => _released.TrySetResult();

    public override Task PrepareAsync(Delivery delivery) => Before ? delivery.WaitAsync(_released.Task) : Task.CompletedTask;

    public override async Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        await delivery.WaitAsync(_released.Task);
        await delivery.SendAsync(real ?? new JsonResponse([]));
    }

    public override void End() => Release();
}
