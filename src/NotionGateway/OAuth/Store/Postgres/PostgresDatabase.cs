using System.Data;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>
/// Access to the database, always to its primary. While it is known to be unreachable, every call fails at once, so that nobody waits for it;
/// <see cref="PostgresWatch"/> finds out when it is back.
/// </summary>
internal sealed class PostgresDatabase : IDisposable
{
    private readonly PostgresStoreSettings _settings;
    private readonly PostgresPassword _password;
    private readonly PostgresReach _reach;
    private readonly TimeProvider _time;
    private readonly NpgsqlDataSource _source;

    /// <summary>As many as there are connections: a request that finds all of them busy reports that, and not that the database is lost.</summary>
    private readonly SemaphoreSlim _permits;

    public PostgresDatabase(PostgresStoreSettings settings, PostgresPassword password, PostgresReach reach, TimeProvider time)
    {
        (_settings, _password, _reach, _time) = (settings, password, reach, time);
        Failures = new PostgresFailures(settings.Place);
        var connection = settings.Builder();
        _permits = new SemaphoreSlim(connection.MaxPoolSize);
        var builder = new NpgsqlDataSourceBuilder(connection.ConnectionString);
        if (settings.Password is not null)
        {
            builder.UsePasswordProvider(_ => password.Get(), (_, cancellationToken) => password.GetAsync(cancellationToken));
        }

        // Of several hosts, the primary: a pair that a standby does not have yet would be bought a second time.
        _source = connection.Host!.Contains(',', StringComparison.Ordinal)
            ? builder.BuildMultiHost().WithTargetSession(TargetSessionAttributes.Primary)
            : builder.Build();
    }

    public PostgresFailures Failures { get; }

    public PostgresStoreSettings Settings => _settings;

    /// <summary>Reads within <see cref="PostgresStoreSettings.ReadTimeout"/>. A connection that has died meanwhile is replaced once.</summary>
    public async Task<T> ReadAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        _reach.Require();
        try
        {
            return await ReadOnceAsync(work, cancellationToken);
        }
        catch (Exception failure) when (PostgresFailures.IsBrokenConnection(failure) || _password.IsRefused(failure))
        {
            return await TellingAsync(() => ReadOnceAsync(work, cancellationToken));
        }
        catch (Exception failure) when (PostgresFailures.IsStoreFailure(failure))
        {
            throw await ToldAsync(failure);
        }
    }

    /// <summary>One statement that changes something.</summary>
    public Task<T> WriteAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        _reach.Require();
        return TellingAsync(() => OnConnectionAsync((_, session) => work(session), cancellationToken));
    }

    /// <summary>Several statements in one transaction: what was read with a lock does not change until its end.</summary>
    public Task<T> TransactAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        _reach.Require();
        return TellingAsync(() => OnConnectionAsync(
            async (connection, session) =>
            {
                await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, CancellationToken.None);
                var result = await work(session);
                await transaction.CommitAsync(CancellationToken.None);
                return result;
            },
            cancellationToken));
    }

    /// <summary>Whether the database responds, whatever was known before.</summary>
    public async Task<bool> RespondsAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await ReadOnceAsync(session => session.AnyAsync("SELECT 1 WHERE NOT pg_is_in_recovery()"), cancellationToken);
        }
        catch (Exception failure) when (PostgresFailures.IsStoreFailure(failure))
        {
            _ = _password.IsRefused(failure);
            return false;
        }
    }

    /// <summary>Lets calls try again although the last one has failed.</summary>
    public void Forgive() => _reach.Back();

    public void Dispose() => _source.Dispose();

    private Task<T> ReadOnceAsync<T>(Func<PostgresSession, Task<T>> work, CancellationToken cancellationToken) =>
        OnConnectionAsync((_, session) => work(session), cancellationToken).WaitAsync(PostgresStoreSettings.ReadTimeout, _time, cancellationToken);

    /// <summary>Only the wait for a connection is cancelled. Who cancelled a statement would break the connection that others use next.</summary>
    private async Task<T> OnConnectionAsync<T>(Func<NpgsqlConnection, PostgresSession, Task<T>> work, CancellationToken cancellationToken)
    {
        if (!await _permits.WaitAsync(PostgresStoreSettings.LongestWait, cancellationToken))
        {
            throw Failures.Of($"is busy: calls have been waiting for more than {PostgresStoreSettings.LongestWait.TotalSeconds:0} s for a connection");
        }

        try
        {
            await using var connection = await _source.OpenConnectionAsync(CancellationToken.None);
            cancellationToken.ThrowIfCancellationRequested();
            return await work(connection, new PostgresSession(connection));
        }
        finally
        {
            _permits.Release();
        }
    }

    private async Task<T> TellingAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception failure) when (PostgresFailures.IsStoreFailure(failure))
        {
            throw await ToldAsync(failure);
        }
    }

    private async Task<GrantStoreException> ToldAsync(Exception failure)
    {
        if (PostgresFailures.IsReadOnly(failure) && await RespondsAsync(CancellationToken.None))
        {
            return Failures.OfReadOnlyPrimary(failure);
        }

        var explained = Failures.Explain(failure);
        _ = _password.IsRefused(failure);
        if (PostgresFailures.IsUnreachable(failure))
        {
            _reach.Lost(explained.Message);
        }

        return explained;
    }
}
