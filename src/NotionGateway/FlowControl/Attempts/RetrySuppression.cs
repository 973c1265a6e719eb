using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.FlowControl.Attempts;

/// <summary>
/// Remembers which requests were tried to the last and failed. The caller's SDK repeats such a request automatically; if the gateway then
/// repeated it as often as before, the attempts would multiply. Of a request only a hash is kept, until it succeeds or a minute has passed.
/// </summary>
internal sealed class RetrySuppression(TimeProvider time)
{
    /// <summary>Beyond, the oldest are forgotten.</summary>
    public const int Most = 10_000;

    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(60);

    private readonly BoundedCache<UInt128, bool> _hashes = new(Most, Remembered, time);

    public int Count => _hashes.Count;

    public bool Holds(Sending request) => _hashes.Count > 0 && _hashes.TryGet(HashOf(request), out _);

    public void Add(Sending request) => _hashes.Set(HashOf(request), true);

    public void Forget(Sending request)
    {
        if (_hashes.Count > 0)
        {
            _hashes.Remove(HashOf(request));
        }
    }

    /// <summary>What makes it the same request. An upload's body is not in memory; such a request is known by the rest.</summary>
    private static UInt128 HashOf(Sending request)
    {
        // No part of the head holds a zero, so the parts cannot run into each other.
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var head = $"{request.Admission.Caller.Name}\0{request.CredentialName}\0{request.Operation.Method}\0{request.Admission.Target}\0";
        hash.AppendData(Encoding.UTF8.GetBytes(head));
        hash.AppendData(request.Body.Buffered is { } body ? body.Bytes : []);
        return BitConverter.ToUInt128(hash.GetHashAndReset());
    }
}
