using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The request is carried out at once, and answered late. A rule's own delay comes before anything is done.</summary>
internal sealed record LateFault : Fault
{
    public LateFault() => Performs = true;

    public required int DelayMs { get; init; }

    public override async Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        await delivery.PauseAsync(TimeSpan.FromMilliseconds(DelayMs));
        await delivery.SendAsync(real ?? new JsonResponse([]));
    }
}
