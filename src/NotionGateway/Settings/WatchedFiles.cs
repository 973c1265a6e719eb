using System.Security.Cryptography;

namespace NotionGateway.Settings;

/// <summary>
/// A value that files hold. They are looked at when somebody needs it, at most once a second; while they are read, others use the present one. Files
/// that cannot be used change nothing: they may be half written.
/// </summary>
/// <param name="load">The value, from the contents in the order of the paths.</param>
/// <param name="invalid">What is wrong with contents that cannot be loaded.</param>
/// <param name="reloaded">Called with each value after the first.</param>
/// <param name="notReloaded">Called with what is wrong, once for each content.</param>
internal sealed class WatchedFiles<T>(
    IReadOnlyList<string> paths, Func<byte[][], T> load, string invalid, Action<T> reloaded, Action<string> notReloaded, TimeProvider time)
    where T : class
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile T? _current;
    private long _lookedAt;
    private int _looking;
    private string? _seen;
    private string? _problem;

    /// <summary>The value to use now; null before the first that could be loaded.</summary>
    public T? Current()
    {
        if ((_current is null || time.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= Interval) && Interlocked.CompareExchange(ref _looking, 1, 0) == 0)
        {
            try
            {
                Look();
            }
            finally
            {
                Volatile.Write(ref _lookedAt, time.GetTimestamp());
                Volatile.Write(ref _looking, 0);
            }
        }

        return _current;
    }

    private void Look()
    {
        try
        {
            // Not the times of the files: behind the links of a mounted secret they may stay the same.
            var contents = paths.Select(File.ReadAllBytes).ToArray();
            var digest = Convert.ToHexString(SHA256.HashData([.. contents.SelectMany(content => content)]));
            if (digest == _seen)
            {
                return;
            }

            var isFirst = _seen is null;
            _seen = digest;
            var loaded = load(contents);
            _current = loaded;
            if (!isFirst)
            {
                reloaded(loaded);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotLoaded("unreadable", "a file cannot be read");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            NotLoaded(_seen, invalid);
        }
    }

    /// <summary>Once for each content: the next look finds the same.</summary>
    private void NotLoaded(string? seen, string problem)
    {
        if (_problem != seen)
        {
            (_seen, _problem) = (seen, seen);
            notReloaded(problem);
        }
    }
}
