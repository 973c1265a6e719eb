using System.Net;
using Microsoft.AspNetCore.Connections;
using NotionGateway.Hosting.Connections;

namespace NotionGateway.UnitTests.Hosting.Connections;

/// <summary>Connections are accepted no faster than they are dealt with.</summary>
public sealed class PacedListenerTests
{
    private const int AtOnce = 16;

    [Fact]
    public async Task The_next_one_is_accepted_when_one_has_been_dealt_with()
    {
        await using var listener = new PacedListener(new EagerListener(), AtOnce);
        var accepted = new List<ConnectionContext>();
        for (var number = 0; number < AtOnce; number++)
        {
            accepted.Add((await listener.AcceptAsync(TestContext.Current.CancellationToken))!);
        }

        var next = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        Assert.False(next.IsCompleted);

        var permit = accepted[3].Features.Get<AcceptSlot>()!;
        permit.Dispose();
        Assert.NotNull(await next);

        // A place that is given back twice counts once.
        permit.Dispose();
        Assert.False(listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask().IsCompleted);
    }

    [Fact]
    public async Task A_listener_that_is_unbound_waits_for_nobody()
    {
        await using var listener = new PacedListener(new EagerListener(), AtOnce);
        for (var number = 0; number < AtOnce; number++)
        {
            await listener.AcceptAsync(TestContext.Current.CancellationToken);
        }

        var next = listener.AcceptAsync(TestContext.Current.CancellationToken).AsTask();
        await listener.UnbindAsync(TestContext.Current.CancellationToken);

        Assert.Null(await next);
    }

    /// <summary>A listener to which a client always connects.</summary>
    private sealed class EagerListener : IConnectionListener
    {
        public EndPoint EndPoint { get; } = new IPEndPoint(IPAddress.Loopback, 0);

        public ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default) => new(new DefaultConnectionContext());

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default) => ValueTask.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
