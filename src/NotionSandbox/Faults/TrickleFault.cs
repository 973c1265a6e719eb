using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The right response, a few bytes at a time.</summary>
internal sealed record TrickleFault : Fault
{
    public TrickleFault() => Performs = true;

    public int Bytes { get; init; } = 16;

    public int PauseMs { get; init; } = 100;

    public override async Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        real ??= new JsonResponse([]);
        var body = delivery.Render(real);
        delivery.Begin(real, body.Length);
        foreach (var piece in body.Chunk(Bytes))
        {
            await delivery.Http.Response.BodyWriter.WriteAsync(piece, delivery.Aborted);
            await delivery.PauseAsync(TimeSpan.FromMilliseconds(PauseMs));
        }
    }
}
