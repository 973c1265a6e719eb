using System.Net.Security;
using System.Security.Cryptography;

namespace NotionGateway.Hosting.Listeners.Certificates;

/// <summary>
/// The certificate of one listener. Its files are looked at when somebody needs it, at most once a second; while they are read, others use the
/// present one. Files that cannot be used change nothing: they may be half written.
/// </summary>
internal sealed class ListenerCertificate(Listener listener, CertificateFiles files, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private volatile SslStreamCertificateContext? _current;
    private long _lookedAt;
    private int _looking;
    private string? _seen;
    private string? _problem;

    public Listener Listener => listener;

    /// <summary>The certificate to present now; null before the first that could be loaded.</summary>
    public SslStreamCertificateContext? Current()
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
            var content = files.Read();
            if (content.Digest == _seen)
            {
                return;
            }

            var isFirst = _seen is null;
            _seen = content.Digest;
            var loaded = files.Load(content);
            _current = loaded;
            if (!isFirst)
            {
                log.CertificateReloaded(listener.Name, loaded.TargetCertificate.NotAfter.ToUniversalTime());
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotLoaded("unreadable", "a file cannot be read");
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            NotLoaded(_seen, "the certificate and its key are not valid together");
        }
    }

    /// <summary>Once for each content: the next look finds the same.</summary>
    private void NotLoaded(string? seen, string problem)
    {
        if (_problem != seen)
        {
            (_seen, _problem) = (seen, seen);
            log.CertificateNotReloaded(listener.Name, files.Path, problem);
        }
    }
}
