using Microsoft.AspNetCore.Connections.Features;

namespace NotionGateway.Hosting.Connections;

/// <summary>Notes on a connection when its requests begin and end.</summary>
internal sealed class ConnectionUseMiddleware(RequestDelegate next, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context) => context.Features.Get<IConnectionSeat>() is ConnectionSeat seat ? UseAsync(context, seat) : next(context);

    private async Task UseAsync(HttpContext context, ConnectionSeat seat)
    {
        var connection = seat.Connection;
        connection.RequestBegan(time.GetTimestamp());
        try
        {
            if (connection.Places == 1 && HttpProtocol.IsHttp2(context.Request.Protocol))
            {
                seat.Widen();
            }

            if (connection.HasAskedTooMuch)
            {
                connection.Close();
                return;
            }

            if (connection.HasAskedEnough)
            {
                // This request still gets a response.
                context.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
            }

            await next(context);
        }
        finally
        {
            connection.RequestEnded();
        }
    }
}
