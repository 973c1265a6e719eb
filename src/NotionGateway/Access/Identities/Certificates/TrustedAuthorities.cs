using NotionGateway.Settings;

namespace NotionGateway.Access.Identities.Certificates;

/// <summary>The authorities that vouch for callers, by the settings in force and as their file is now. Without a file nothing is read.</summary>
internal sealed class TrustedAuthorities
{
    private readonly TimeProvider _time;
    private readonly ILogger<TrustedAuthorities> _log;
    private ClientCertificateOptions? _options;
    private volatile WatchedFiles<TrustedBundle>? _file;

    public TrustedAuthorities(Reloadable<ClientCertificateOptions> options, TimeProvider time, ILogger<TrustedAuthorities> log)
    {
        (_time, _log) = (time, log);
        Apply(options.Current);
        options.Changed += Apply;
    }

    /// <summary>Null if nobody is trusted: then no certificate is.</summary>
    public TrustedBundle? Current => _file?.Current();

    private void Apply(ClientCertificateOptions options)
    {
        if (options == _options)
        {
            return;
        }

        _options = options;
        var file = options.TrustedCaFile is { } path ? Watch(path) : null;

        // Read before it is used: without a value, a handshake in the meantime would find that nobody is trusted.
        _ = file?.Current();
        _file = file;
    }

    private WatchedFiles<TrustedBundle> Watch(string path) => new(
        [path],
        contents => TrustedBundle.Parse(contents[0]),
        "it contains no readable certificate",
        bundle => _log.AuthoritiesReloaded(bundle.Count),
        problem => _log.AuthoritiesNotReloaded(path, problem),
        _time);
}

/// <summary>What happens to the authorities of callers' certificates.</summary>
internal static partial class CertificateLog
{
    [LoggerMessage(
        1103,
        LogLevel.Information,
        "The authorities of callers' certificates were replaced; there are {Count} now. Open connections are checked again.",
        EventName = "ClientAuthoritiesReloaded")]
    public static partial void AuthoritiesReloaded(this ILogger log, int count);

    [LoggerMessage(
        1104,
        LogLevel.Warning,
        "The changed authorities {Path} of callers' certificates are not used: {Problem}. Continuing with the previous ones.",
        EventName = "ClientAuthoritiesNotReloaded")]
    public static partial void AuthoritiesNotReloaded(this ILogger log, string path, string problem);
}
