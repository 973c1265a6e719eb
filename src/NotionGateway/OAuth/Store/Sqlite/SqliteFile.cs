using System.Collections.Concurrent;

namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>
/// Controls access to the file: readers each have their own connection and never wait for a writer; writes run one at a time,
/// in the order in which they were requested, and then wait for those of other processes.
/// </summary>
internal sealed class SqliteFile(SqliteStoreSettings settings) : IDisposable
{
    /// <summary>The number of idle connections that are kept. Each has some file handles and up to 2 MiB of pages.</summary>
    private const int MostIdle = 4;

    /// <summary>The number of concurrent reads on threads of the pool. A read takes some microseconds.</summary>
    private const int MostReading = 2;

    private readonly ConcurrentQueue<SqliteSession> _idle = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly SemaphoreSlim _reading = new(MostReading);
    private SqliteSession? _writer;
    private volatile bool _disposed;

    public SqliteFailures Failures { get; } = new(settings.Path);

    public SqliteStoreSettings Settings => settings;

    /// <summary>Reads on the caller's thread.</summary>
    public T Read<T>(Func<SqliteSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        SqliteSession? session = null;
        try
        {
            session = _idle.TryDequeue(out var kept) ? kept : new SqliteSession(settings, writes: false);
            var result = work(session);
            PutBack(session);
            return result;
        }
        catch (Exception failure) when (SqliteFailures.IsStoreFailure(failure))
        {
            session?.Dispose();
            throw Failures.Explain(failure);
        }
    }

    /// <summary>
    /// Reads on a thread that may wait for the disk, never on the caller's thread, which may serve other requests' sockets. A file that
    /// another program locks blocks a few threads, and not all.
    /// </summary>
    public async Task<T> ReadAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!await _reading.WaitAsync(SqliteSession.LongestReaderTimeout, cancellationToken))
        {
            throw Failures.OfOthersReading(SqliteSession.LongestReaderTimeout);
        }

        try
        {
            return await Task.Run(() => Read(work), CancellationToken.None);
        }
        finally
        {
            _reading.Release();
        }
    }

    /// <summary>Waits for its place, which can be cancelled, and writes on a thread that may wait for the disk, which cannot.</summary>
    public async Task<T> WriteAsync<T>(Func<SqliteSession, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!await _writing.WaitAsync(settings.Timeout, cancellationToken))
        {
            throw Failures.OfOthersWriting(settings.Timeout);
        }

        try
        {
            return await Task.Run(() => WriteNow(work), CancellationToken.None);
        }
        finally
        {
            _writing.Release();
        }
    }

    public T Write<T>(Func<SqliteSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (!_writing.Wait(settings.Timeout))
        {
            throw Failures.OfOthersWriting(settings.Timeout);
        }

        try
        {
            return WriteNow(work);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose()
    {
        _disposed = true;
        while (_idle.TryDequeue(out var session))
        {
            session.Dispose();
        }

        // The current writer finishes first; the semaphore is not disposed, since late callers still use it.
        if (_writing.Wait(settings.Timeout))
        {
            Interlocked.Exchange(ref _writer, null)?.Dispose();
            _writing.Release();
        }
    }

    private T WriteNow<T>(Func<SqliteSession, T> work)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        try
        {
            // An open file can be written to after it was deleted, and all of it would be lost with the process.
            if (!File.Exists(settings.Path))
            {
                throw Failures.Of("is missing: the file was deleted while the gateway was running. Stop the gateway, and restore a backup");
            }

            _writer ??= new SqliteSession(settings, writes: true);
            return work(_writer);
        }
        catch (Exception failure) when (SqliteFailures.IsStoreFailure(failure))
        {
            if (!SqliteFailures.LeavesConnectionSound(failure))
            {
                Interlocked.Exchange(ref _writer, null)?.Dispose();
            }

            throw Failures.Explain(failure);
        }
    }

    private void PutBack(SqliteSession session)
    {
        if (_disposed || _idle.Count >= MostIdle)
        {
            session.Dispose();
            return;
        }

        _idle.Enqueue(session);
        if (_disposed && _idle.TryDequeue(out var late))
        {
            late.Dispose();
        }
    }
}
