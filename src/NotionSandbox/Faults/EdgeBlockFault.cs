using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The edge refuses with an HTML page of its own, so Notion never saw the request.</summary>
internal sealed record EdgeBlockFault : Fault
{
    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real) => delivery.SendAsync(HtmlResponse.Blocked);
}
