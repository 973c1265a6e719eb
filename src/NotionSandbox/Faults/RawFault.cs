using System.Text;
using NotionSandbox.Responses;
using NotionSandbox.Routing;
using NotionSandbox.Wire;

namespace NotionSandbox.Faults;

/// <summary>Any bytes at all in place of a response, then the end of the connection: for what no server would send.</summary>
internal sealed record RawFault : Fault
{
    /// <summary>One character is one byte (Latin-1).</summary>
    public required string Text { get; init; }

    public bool Reset { get; init; }

    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        delivery.Announce?.Invoke(0);
        return RawSocket.SendAndCloseAsync(delivery.Http, Encoding.Latin1.GetBytes(Text), Reset);
    }
}
