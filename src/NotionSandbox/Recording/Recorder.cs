using System.Collections.Concurrent;
using NotionSandbox.Connections;

namespace NotionSandbox.Recording;

/// <summary>Remembers the latest requests in bounded memory, and counts all of them.</summary>
internal sealed class Recorder(RecorderOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<ReceivedRequest> _kept = new();
    private readonly ConcurrentDictionary<int, long> _statuses = new();
    private readonly List<(long Count, TaskCompletionSource Reached)> _waiting = [];
    private long _total;
    private long _numbered;
    private long _weight;

    /// <summary>Whether bodies of requests to come are kept.</summary>
    public bool KeepsBodies { get; set; } = options.Bodies;

    public int BodyLimit => options.BodyLimit;

    /// <summary>Requests received since the start or the last <see cref="Clear"/>, the forgotten ones too.</summary>
    public long Total => Volatile.Read(ref _total);

    /// <summary>How often each status was answered.</summary>
    public IReadOnlyDictionary<int, long> Statuses => _statuses;

    /// <summary>The requests remembered, oldest first.</summary>
    public IReadOnlyList<ReceivedRequest> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _kept];
            }
        }
    }

    public ReceivedRequest Add(DateTimeOffset at, string method, string target, byte[] head, Connection? connection)
    {
        lock (_gate)
        {
            var request = new ReceivedRequest(++_numbered, at, method, target, head) { Connection = connection };
            _total++;
            _kept.Enqueue(request);
            _weight += request.Weight;
            Forget();
            _waiting.RemoveAll(wait => wait.Count <= _total && wait.Reached.TrySetResult());
            return request;
        }
    }

    /// <summary>Adds the body to a request that was listed before it had one.</summary>
    public void Complete(ReceivedRequest request, ReadOnlyMemory<byte> body, long length, string? sha256)
    {
        lock (_gate)
        {
            var isKept = _kept.TryPeek(out var oldest) && oldest.Number <= request.Number;
            _weight += isKept ? body.Length : 0;
            request.Body = body;
            request.BodyLength = length;
            request.BodySha256 = sha256;
            Forget();
        }
    }

    public void Close(ReceivedRequest request, Outcome outcome)
    {
        request.Outcome = outcome;
        _statuses.AddOrUpdate(outcome.Status, 1, (_, count) => count + 1);
    }

    public void Clear()
    {
        lock (_gate)
        {
            _kept.Clear();
            (_weight, _total) = (0, 0);
            _statuses.Clear();
        }
    }

    /// <summary>Waits until that many requests have arrived since the start or the last <see cref="Clear"/>.</summary>
    public Task WaitForAsync(long count, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_total >= count)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiting.Add((count, reached));
            return reached.Task.WaitAsync(cancellationToken);
        }
    }

    private void Forget()
    {
        while (_kept.Count > options.Capacity || (_weight > options.Memory && _kept.Count > 0))
        {
            _weight -= _kept.Dequeue().Weight;
        }
    }
}
