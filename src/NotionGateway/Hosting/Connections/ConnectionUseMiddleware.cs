using Microsoft.AspNetCore.Connections.Features;

namespace NotionGateway.Hosting.Connections;

/// <summary>Notes on a connection when its requests begin and end.</summary>
internal sealed class ConnectionUseMiddleware(RequestDelegate next, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var seat = context.Features.Get<IConnectionSeat>() as ConnectionSeat;
        var connection = seat?.Connection;
        connection?.RequestBegan(time.GetTimestamp());
        try
        {
            if (connection is { Places: 1 } && HttpProtocol.IsHttp2(context.Request.Protocol))
            {
                seat!.Widen();
            }

            if (connection is { HasAskedTooMuch: true })
            {
                connection.Close();
                return;
            }

            if (connection is { HasAskedEnough: true })
            {
                // This request is still answered.
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }

            await next(context);
        }
        finally
        {
            connection?.RequestEnded();
        }
    }
}
