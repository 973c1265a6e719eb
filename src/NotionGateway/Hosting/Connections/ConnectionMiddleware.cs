using Microsoft.AspNetCore.Connections;
using NotionGateway.Hosting.Listeners;

namespace NotionGateway.Hosting.Connections;

/// <summary>Takes each accepted connection into the table, before a byte of it is read, and out of it when it has ended.</summary>
internal sealed class ConnectionMiddleware(ConnectionDelegate next, Listener listener, ConnectionTable table, TimeProvider time)
{
    private static readonly TimeSpan MostWait = TimeSpan.FromMilliseconds(200);

    public async Task OnConnectionAsync(ConnectionContext context)
    {
        using var permit = context.Features.Get<AcceptSlot>();
        var connection = new OpenConnection(listener, time.GetTimestamp(), () => Close(context));
        if (!table.TryAdd(connection, out var evicted))
        {
            Close(context);
            return;
        }

        try
        {
            if (evicted is not null)
            {
                await EndOfAsync(evicted);
            }

            permit?.Dispose();
            context.Features.Set(listener);
            context.Features.Set<IConnectionSeat>(new ConnectionSeat(table, connection));
            await next(context);
        }
        finally
        {
            table.Remove(connection);
        }
    }

    /// <summary>What was evicted frees what it holds before more is accepted; one whose request cannot be stopped is not waited for.</summary>
    private async Task EndOfAsync(OpenConnection evicted)
    {
        try
        {
            await evicted.Ended.WaitAsync(MostWait, time);
        }
        catch (TimeoutException)
        {
            // It is still counted.
        }
    }

    private static void Close(ConnectionContext context) =>
        context.Abort(new ConnectionAbortedException("The connection was evicted, or did not authenticate in time."));
}
