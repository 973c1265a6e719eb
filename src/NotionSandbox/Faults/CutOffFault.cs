using System.Globalization;
using System.Text;
using NotionSandbox.Responses;
using NotionSandbox.Routing;
using NotionSandbox.Wire;

namespace NotionSandbox.Faults;

/// <summary>The connection ends before the response does. The request is carried out, as it would be in reality; set <c>Performs</c> to change that.</summary>
internal sealed record CutOffFault : Fault
{
    public CutOffFault() => Performs = true;

    public CutPoint Point { get; init; } = CutPoint.MidBody;

    /// <summary>Announce the body in chunks, instead of by its length.</summary>
    public bool Chunked { get; init; }

    /// <summary>End with a reset, instead of an orderly close.</summary>
    public bool Reset { get; init; }

    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real) =>
        RawSocket.SendAndCloseAsync(delivery.Http, Beginning(delivery, real ?? new JsonResponse([])), Reset);

    private byte[] Beginning(Delivery delivery, SandboxResponse real)
    {
        if (Point == CutPoint.BeforeAnyByte)
        {
            delivery.Announce?.Invoke(0);
            return [];
        }

        var body = delivery.Render(real);
        var head = delivery.Head(real, Chunked ? null : body.Length);
        if (Point == CutPoint.AfterHeaders)
        {
            return head;
        }

        var chunkLine = Chunked ? Encoding.ASCII.GetBytes(body.Length.ToString("x", CultureInfo.InvariantCulture) + "\r\n") : [];
        return [.. head, .. chunkLine, .. body.AsSpan(0, body.Length / 2)];
    }
}
