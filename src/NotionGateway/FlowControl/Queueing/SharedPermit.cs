using System.Diagnostics.CodeAnalysis;
using NotionGateway.FlowControl.Budget;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>A response that can be shared, and the connection that it came by: nobody else may have it.</summary>
internal sealed record SharedResponse(ConnectionKey Connection, WholeResponse Response);

/// <summary>
/// One permit for several requests that one response can serve: the first of them that is granted a permit sends, the others wait for its response. Each may
/// leave at any time; what is sent goes on while one is left.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing, and its token is used until the last request has left.")]
internal sealed class SharedPermit(ConnectionQueue connectionQueue, int others)
{
    private readonly TaskCompletionSource<SharedResponse?> _response = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CancellationTokenSource _nobodyLeft = new();
    private int _waiting = others;
    private int _unfinished = others + 1;
    private int _senderGone;
    private int _ended;

    public ConnectionQueue ConnectionQueue => connectionQueue;

    /// <summary>The response for those who wait; null if there is none to share, and each must ask for a permit again.</summary>
    public Task<SharedResponse?> Response => _response.Task;

    /// <summary>Fires when the sender's caller and those of all others have hung up.</summary>
    public CancellationToken NobodyLeft => _nobodyLeft.Token;

    /// <summary>Ends the wait of the others. Only the first call counts; false for all later ones.</summary>
    public bool TrySettle(SharedResponse? response) => _response.TrySetResult(response);

    public void SenderHungUp()
    {
        Interlocked.Exchange(ref _senderGone, 1);
        EndIfNobodyIsLeft();
    }

    /// <summary>One of those who wait needs it no longer, with a response or without.</summary>
    public void Leave()
    {
        Interlocked.Decrement(ref _waiting);
        EndIfNobodyIsLeft();
        Finish();
    }

    /// <summary>The sender is done: what it has not shared by now it never will.</summary>
    public void End()
    {
        TrySettle(null);
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            Finish();
        }
    }

    private void EndIfNobodyIsLeft()
    {
        if (Volatile.Read(ref _waiting) == 0 && Volatile.Read(ref _senderGone) == 1)
        {
            _nobodyLeft.Cancel();
        }
    }

    private void Finish()
    {
        if (Interlocked.Decrement(ref _unfinished) == 0)
        {
            Response.Result?.Response.Release();
        }
    }
}
