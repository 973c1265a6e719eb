using System.Text;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>A well-formed response of an exact number of bytes.</summary>
internal sealed record BigBodyFault : Fault
{
    private const int PieceSize = 64 * 1024;

    private static readonly byte[] Opening = Encoding.ASCII.GetBytes("{\"object\":\"list\",\"results\":[],\"padding\":\"");
    private static readonly byte[] Ending = Encoding.ASCII.GetBytes("\"}");
    private static readonly byte[] Padding = [.. Enumerable.Repeat((byte)'x', PieceSize)];

    public required long Bytes { get; init; }

    public bool Chunked { get; init; }

    public override async Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        var padding = Math.Max(0, Bytes - Opening.Length - Ending.Length);
        delivery.Begin(new JsonResponse([]), Chunked ? null : padding + Opening.Length + Ending.Length);
        var output = delivery.Http.Response.BodyWriter;
        await output.WriteAsync(Opening, delivery.Aborted);
        for (; padding > 0; padding -= PieceSize)
        {
            await output.WriteAsync(Padding.AsMemory(0, (int)Math.Min(padding, PieceSize)), delivery.Aborted);
        }

        await output.WriteAsync(Ending, delivery.Aborted);
    }
}
