using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The response waits until it is released, or until the fault is taken away; so that a test needs no clock to arrange an order.</summary>
internal sealed record HoldFault : Fault
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public HoldFault() => Performs = true;

    /// <summary>Holds the request before it is carried out, instead of the response afterwards.</summary>
    public bool Before { get; init; }

    /// <summary>Releases everything that is held, and holds nothing from now on.</summary>
    public void Release() => _released.TrySetResult();

    public override Task PrepareAsync(Delivery delivery) => Before ? delivery.WaitAsync(_released.Task) : Task.CompletedTask;

    public override async Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        await delivery.WaitAsync(_released.Task);
        await delivery.SendAsync(real ?? new JsonResponse([]));
    }

    public override void End() => Release();
}
