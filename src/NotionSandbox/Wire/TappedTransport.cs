using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;

namespace NotionSandbox.Wire;

/// <summary>A connection's two directions, the incoming one through a <see cref="HeadTap"/>.</summary>
internal sealed class TappedTransport(HeadTap input, PipeWriter output) : IDuplexPipe
{
    public PipeReader Input => input;

    public PipeWriter Output => output;

    public static ConnectionDelegate Over(ConnectionDelegate next) => connection =>
    {
        var tap = new HeadTap(connection.Transport.Input);
        connection.Transport = new TappedTransport(tap, connection.Transport.Output);
        connection.Features.Set(tap);
        return next(connection);
    };
}
