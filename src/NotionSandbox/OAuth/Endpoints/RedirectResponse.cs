using System.Buffers;
using NotionSandbox.Responses;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>Redirects a browser back to the app.</summary>
internal sealed class RedirectResponse : SandboxResponse
{
    public RedirectResponse(string location)
    {
        Status = 302;
        Headers = [new("Location", location), new("Cache-Control", "no-store")];
    }

    public override string ContentType => "text/plain; charset=utf-8";

    public override void Render(IBufferWriter<byte> output, string requestId)
    {
        // Where it leads is in the header, and not to be read anywhere else.
    }
}
