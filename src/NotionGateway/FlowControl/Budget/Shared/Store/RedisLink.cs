using NotionGateway.Credentials.Sources;
using StackExchange.Redis;

namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>
/// The connection to Redis. It is made in the background and never waited for: a question without a connection fails at once. The client library goes on
/// as another user when the server refuses the configured one, so the user is asked for before the connection is used.
/// </summary>
internal sealed class RedisLink(SharedBudgetOptions options, SecretReaders secrets, TimeProvider time, Random random, ILogger<RedisLink> log)
    : BackgroundLoop(TimeSpan.FromSeconds(1), time, log)
{
    private static readonly Backoff BetweenAttempts = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(15));

    private volatile ConnectionMultiplexer? _connection;
    private volatile bool _refused;
    private int _failures;
    private TimeSpan _notBefore;

    /// <summary>There is a connection that was not there before.</summary>
    public event Action? Connected;

    public async Task<string[]> RunAsync(StoreScript script, string[] keys, string[] arguments)
    {
        var connection = _connection ?? throw new InvalidOperationException("not connected");
        try
        {
            var result = await connection.GetDatabase().ScriptEvaluateAsync(
                script.Text, Array.ConvertAll(keys, static key => (RedisKey)key), Array.ConvertAll(arguments, static argument => (RedisValue)argument));
            return Array.ConvertAll((RedisValue[]?)result ?? [], static value => value.ToString());
        }
        catch (RedisServerException exception) when (exception.Message.StartsWith("NOAUTH", StringComparison.Ordinal)
            || exception.Message.StartsWith("WRONGPASS", StringComparison.Ordinal)
            || exception.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            _refused = true;
            throw;
        }
    }

    /// <summary>Connects once; null if that worked, or why it did not.</summary>
    public Task<string?> OpenAsync() => ConnectAsync();

    /// <summary>What the server says of itself, as far as the user may know it.</summary>
    public async Task<string> DescribeAsync()
    {
        if (_connection is not { } connection)
        {
            return "not connected";
        }

        var lines = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var section in new[] { "server", "memory" })
        {
            try
            {
                var text = (string?)await connection.GetDatabase().ExecuteAsync("INFO", section) ?? "";
                foreach (var pair in text.Split('\n', StringSplitOptions.TrimEntries).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2))
                {
                    lines[pair[0]] = pair[1];
                }
            }
            catch (RedisException)
            {
                // The user may not ask; the rest of the report does not depend on it.
            }
        }

        var mode = options.SentinelService is null ? lines.GetValueOrDefault("redis_mode", "unknown") : "sentinel";
        return $"user {options.User ?? "default"}, version {lines.GetValueOrDefault("redis_version", "unknown")}, mode {mode}, "
            + $"maxmemory-policy {lines.GetValueOrDefault("maxmemory_policy", "unknown")}";
    }

    public override void Dispose()
    {
        _connection?.Dispose();
        base.Dispose();
    }

    /// <summary>Makes the connection if there is none, or anew with the password as it is now if the server refused the one that was used.</summary>
    protected override async Task TickAsync(CancellationToken stopping)
    {
        if ((_connection is not null && !_refused) || Time.Monotonic() < _notBefore)
        {
            return;
        }

        var old = _connection;
        (_connection, _refused) = (null, false);
        old?.Dispose();
        if (await ConnectAsync() is { } problem)
        {
            _notBefore = Time.Monotonic() + BetweenAttempts.After(++_failures, random.NextDouble());
            if (_failures == 1)
            {
                Log.NoConnection(problem);
            }

            return;
        }

        _failures = 0;
        Connected?.Invoke();
    }

    /// <summary>Null if it is there, or why it is not.</summary>
    private async Task<string?> ConnectAsync()
    {
        var configuration = Configuration();
        if (options.Password is { } place)
        {
            var reading = await secrets.ReadAsync(place, Time);
            if (reading.Text is null)
            {
                return $"the password could not be read: {reading.Problem}";
            }

            configuration.Password = reading.Text;
        }

        ConnectionMultiplexer connection;
        try
        {
            connection = await ConnectionMultiplexer.ConnectAsync(configuration);
        }
        catch (Exception exception)
        {
            return StoreProblem.Of(exception);
        }

        if (await WrongUserAsync(connection) is { } wrong)
        {
            await connection.DisposeAsync();
            return wrong;
        }

        connection.ConnectionRestored += (_, _) => Connected?.Invoke();
        _connection = connection;
        return null;
    }

    private async Task<string?> WrongUserAsync(ConnectionMultiplexer connection)
    {
        try
        {
            var user = (string?)await connection.GetDatabase().ExecuteAsync("ACL", "WHOAMI").WaitAsync(options.ConnectTimeout, Time) ?? "";
            var configured = options.User ?? "default";
            if (user == configured)
            {
                return null;
            }

            Log.WrongUser(user, configured);
            return "the server uses another user than the configured one";
        }
        catch (Exception exception)
        {
            return StoreProblem.Of(exception);
        }
    }

    private ConfigurationOptions Configuration()
    {
        var configuration = new ConfigurationOptions
        {
            AbortOnConnectFail = false,
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = "notion-gateway",
            ConnectTimeout = (int)options.ConnectTimeout.TotalMilliseconds,
            ConnectRetry = 0,
            AsyncTimeout = (int)Math.Max(1000, 2 * options.Timeout.TotalMilliseconds),
            ReconnectRetryPolicy = new LinearRetry(500),

            // The client asks for these with commands that the gateway's user need not be allowed.
            TieBreaker = "",
            ConfigurationChannel = "",
            ServiceName = options.SentinelService,
            User = options.User,
            Ssl = options.Tls,
        };
        foreach (var endpoint in options.Endpoints)
        {
            configuration.EndPoints.Add(endpoint);
        }

        if (options.CaFile is { } ca)
        {
            configuration.TrustIssuer(ca);
        }

        if (options is { ClientCertificateFile: { } certificate, ClientKeyFile: { } key })
        {
            configuration.SetUserPemCertificate(certificate, key);
        }

        return configuration;
    }
}
