using System.Buffers;

namespace NotionSandbox.Responses;

/// <summary>What goes back to the caller, before it is bytes.</summary>
internal abstract class SandboxResponse
{
    public int Status { get; init; } = 200;

    public abstract string ContentType { get; }

    /// <summary>Headers beyond those that every response has. A name may be there twice.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    public abstract void Render(IBufferWriter<byte> output, string requestId);
}
