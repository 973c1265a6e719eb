using System.Security.Cryptography;
using System.Text;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>
/// Remembers which requests were tried to the last and failed. The caller's SDK sends such a request again by itself; if the gateway then
/// repeated it as often as before, the attempts would multiply. Of a request only a hash is kept, until it succeeds or a minute has passed.
/// </summary>
internal sealed class RetrySuppression(MonotonicClock clock)
{
    /// <summary>Beyond, the oldest are forgotten.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly Dictionary<UInt128, LinkedListNode<(UInt128 Hash, TimeSpan At)>> _byHash = [];

    /// <summary>The oldest first. All are kept equally long, so they end in this order.</summary>
    private readonly LinkedList<(UInt128 Hash, TimeSpan At)> _byAge = new();
    private volatile bool _any;

    public int Count
    {
        get
        {
            lock (_gate)
            {
                return _byHash.Count;
            }
        }
    }

    public bool Holds(Sending request)
    {
        if (!_any)
        {
            return false;
        }

        var hash = HashOf(request);
        lock (_gate)
        {
            ForgetOld();
            return _byHash.ContainsKey(hash);
        }
    }

    public void Add(Sending request)
    {
        var hash = HashOf(request);
        lock (_gate)
        {
            ForgetOld();
            Remove(hash);
            if (_byHash.Count == Most)
            {
                Remove(_byAge.First().Hash);
            }

            _byHash[hash] = _byAge.AddLast((hash, clock.Now));
            _any = true;
        }
    }

    public void Forget(Sending request)
    {
        if (!_any)
        {
            return;
        }

        var hash = HashOf(request);
        lock (_gate)
        {
            Remove(hash);
            ForgetOld();
        }
    }

    /// <summary>What makes it the same request. An upload's body is not in memory; such a request is known by the rest.</summary>
    private static UInt128 HashOf(Sending request)
    {
        // No part of the head holds a zero, so the parts cannot run into each other.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Admission.Caller.Name}\0{request.CredentialName}\0{request.Operation.Method}\0{request.Admission.Target}\0"));
        hash.AppendData(request.Body.Buffered is { } body ? body.Bytes : []);
        return BitConverter.ToUInt128(hash.GetHashAndReset());
    }

    private void ForgetOld()
    {
        while (_byAge.First is { } oldest && clock.Now - oldest.Value.At >= Remembered)
        {
            Remove(oldest.Value.Hash);
        }

        _any = _byHash.Count > 0;
    }

    private void Remove(UInt128 hash)
    {
        if (_byHash.Remove(hash, out var node))
        {
            _byAge.Remove(node);
        }
    }
}
