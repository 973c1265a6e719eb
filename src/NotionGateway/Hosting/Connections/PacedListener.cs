using System.Net;
using Microsoft.AspNetCore.Connections;

namespace NotionGateway.Hosting.Connections;

/// <summary>
/// Accepts no faster than connections are dealt with: those that the server has accepted and not yet looked at cost memory and
/// descriptors, and nothing else bounds them. The others wait in the system's own queue.
/// </summary>
internal sealed class PacedListener(IConnectionListener inner, int mostAtOnce) : IConnectionListener
{
    private readonly SemaphoreSlim _permits = new(mostAtOnce);
    private readonly CancellationTokenSource _unbound = new();

    public EndPoint EndPoint => inner.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        try
        {
            await _permits.WaitAsync(_unbound.Token);
        }
        catch (OperationCanceledException)
        {
            return null;
        }

        var permit = new AcceptSlot(_permits);
        var connection = await inner.AcceptAsync(cancellationToken);
        if (connection is null)
        {
            permit.Dispose();
            return null;
        }

        connection.Features.Set(permit);
        return connection;
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        await _unbound.CancelAsync();
        await inner.UnbindAsync(cancellationToken);
    }

    // The semaphore stays: connections that outlive the listener still give their permits back.
    public async ValueTask DisposeAsync()
    {
        await inner.DisposeAsync();
        _unbound.Dispose();
    }
}

/// <summary>A connection's place among those that have been accepted and not yet looked at.</summary>
internal sealed class AcceptSlot(SemaphoreSlim permits) : IDisposable
{
    private int _given;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _given, 1) == 0)
        {
            permits.Release();
        }
    }
}
