using System.Net;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>What a connection string may say. Everything else is either a secret, or the same for every gateway.</summary>
internal static class PostgresConnectionRules
{
    private static readonly string[] Keywords =
    [
        "Host", "Port", "Database", "Username", "SSL Mode", "SSL Negotiation", "SSL Certificate", "SSL Key", "Channel Binding", "Require Auth",
        "Application Name", "Load Balance Hosts", "Host Recheck Seconds",
    ];

    private static readonly string[] Secrets = ["Password", "Passfile", "SSL Password"];

    /// <summary>Everything that is wrong with it, in words that never repeat a value.</summary>
    public static IEnumerable<string> Problems(string text)
    {
        NpgsqlConnectionStringBuilder parsed;
        try
        {
            parsed = new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or InvalidOperationException)
        {
            return ["is not a connection string: write for example Host=db.example.com;Database=notion;Username=gateway;SSL Mode=VerifyFull"];
        }

        return Problems(parsed);
    }

    private static IEnumerable<string> Problems(NpgsqlConnectionStringBuilder parsed)
    {
        string[] keys = [.. parsed.Keys.Cast<string>()];
        foreach (var key in keys.Where(key => Secrets.Contains(key, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"must not contain {key}: write where the password is under Gateway:OAuth:Store:Password";
        }

        foreach (var key in keys.Where(key => !Secrets.Concat(Keywords).Contains(key, StringComparer.OrdinalIgnoreCase)))
        {
            yield return $"must not contain {key}: the gateway decides that. Valid here: {string.Join(", ", Keywords)}";
        }

        foreach (var (key, value) in new[] { ("Host", parsed.Host), ("Database", parsed.Database), ("Username", parsed.Username) })
        {
            if (string.IsNullOrEmpty(value))
            {
                yield return $"needs {key}";
            }
        }

        if (parsed.SslMode != SslMode.VerifyFull && !(parsed.Host ?? "").Split(',', StringSplitOptions.TrimEntries).All(IsOnThisMachine))
        {
            yield return "needs SSL Mode=VerifyFull: without it the server is not verified, or the connection not encrypted";
        }
    }

    private static bool IsOnThisMachine(string host) =>
        host.StartsWith('/') || host.StartsWith('@') || host.Length == 0 || IsLoopback(host)
        || (host.LastIndexOf(':') is > 0 and var colon && IsLoopback(host[..colon].Trim('[', ']')));

    private static bool IsLoopback(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
