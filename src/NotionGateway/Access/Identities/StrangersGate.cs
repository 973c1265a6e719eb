using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace NotionGateway.Access.Identities;

/// <summary>
/// Bounds the work that unknown tokens cause: how many are checked at once, and how many checks may fail in a second. It is shared out by address,
/// and addresses whose tokens have been good have a lane of their own, so that a flood elsewhere does not keep them out.
/// </summary>
internal sealed class StrangersGate(TimeProvider time) : IDisposable
{
    public const int MostFailures = 500;
    public const int MostFailuresOfAddress = 20;

    /// <summary>What those with failures may use of all failures; the rest stays for addresses that have had none.</summary>
    public const int MostFailuresInSharedLane = 400;

    public const int MostWaiters = 64;

    public static readonly TimeSpan MostWait = TimeSpan.FromSeconds(1);

    private const int MostAddresses = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _counting = new();
    private readonly BoundedCache<IPAddress, Failures> _failures = new(MostAddresses, Remembered, time);
    private readonly Lane _clean = new(time);
    private readonly Lane _shared = new(time);
    private Failures _all;

    /// <summary>The lane that the request may check its token in, to be left when that is done; null if it must be denied.</summary>
    public async ValueTask<Pass?> EnterAsync(IPAddress? peer, CancellationToken cancellationToken)
    {
        var address = Network(peer);
        if (IsFull(address, out var isClean))
        {
            return null;
        }

        var lane = isClean ? _clean : _shared;
        if (!await lane.TryEnterAsync(cancellationToken))
        {
            return null;
        }

        // While it waited, others of its address may have failed.
        if (!IsFull(address, out _))
        {
            return new Pass(this, lane, address);
        }

        lane.Leave();
        return null;
    }

    public void Dispose()
    {
        _clean.Dispose();
        _shared.Dispose();
    }

    private bool IsFull(IPAddress address, out bool isClean)
    {
        lock (_counting)
        {
            isClean = !_failures.TryGet(address, out var own);
            var now = time.Monotonic();
            return own.Within(now) >= MostFailuresOfAddress || _all.Within(now) >= (isClean ? MostFailures : MostFailuresInSharedLane);
        }
    }

    private void CountFailure(IPAddress address)
    {
        lock (_counting)
        {
            var now = time.Monotonic();
            _ = _failures.TryGet(address, out var own);
            _failures.Set(address, own.And(now));
            _all = _all.And(now);
        }
    }

    /// <summary>One customer has a whole /64 of IPv6 addresses, and would otherwise have as many lanes.</summary>
    private static IPAddress Network(IPAddress? peer)
    {
        if (peer is null || peer.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return peer ?? IPAddress.None;
        }

        if (peer.IsIPv4MappedToIPv6)
        {
            return peer.MapToIPv4();
        }

        var bytes = peer.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes);
    }

    /// <summary>A place in a lane.</summary>
    internal sealed class Pass(StrangersGate gate, Lane lane, IPAddress address)
    {
        public void Leave(bool failed)
        {
            if (failed)
            {
                gate.CountFailure(address);
            }

            lane.Leave();
        }
    }

    /// <summary>One check at a time; a bounded number waits for its turn.</summary>
    internal sealed class Lane(TimeProvider time) : IDisposable
    {
        private readonly SemaphoreSlim _free = new(1, 1);
        private int _waiting;

        public ValueTask<bool> TryEnterAsync(CancellationToken cancellationToken) =>
            _free.Wait(0, CancellationToken.None) ? ValueTask.FromResult(true) : WaitAsync(cancellationToken);

        public void Leave() => _free.Release();

        public void Dispose() => _free.Dispose();

        private async ValueTask<bool> WaitAsync(CancellationToken cancellationToken)
        {
            if (Interlocked.Increment(ref _waiting) > MostWaiters)
            {
                Interlocked.Decrement(ref _waiting);
                return false;
            }

            using var timeUp = new CancellationTokenSource(MostWait, time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancellationToken);
            try
            {
                await _free.WaitAsync(either.Token);
                return true;
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return false;
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    /// <summary>Failures within one second, from the first of them on.</summary>
    [StructLayout(LayoutKind.Auto)]
    private readonly record struct Failures(TimeSpan Since, int Count)
    {
        public int Within(TimeSpan now) => Count > 0 && now - Since < Second ? Count : 0;

        public Failures And(TimeSpan now) => Within(now) > 0 ? this with { Count = Count + 1 } : new Failures(now, 1);
    }
}
