using NotionGateway.Credentials.Sources;
using Npgsql;

namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>The password of the database user, read when the first connection opens, and again when the server has refused it.</summary>
internal sealed class PostgresPassword(PostgresStoreSettings settings, SecretReaders secrets, TimeProvider time)
{
    private volatile string? _known;

    public async ValueTask<string> GetAsync(CancellationToken cancellationToken)
    {
        if (_known is { } known)
        {
            return known;
        }

        var place = settings.Password!;
        var reading = await secrets.ReadAsync(place, time).WaitAsync(cancellationToken);
        return _known = reading.Text ?? throw new GrantStoreException($"{place.Owner}: the password cannot be read: {reading.Problem}");
    }

    /// <summary>For a connection that is opened synchronously.</summary>
    public string Get() => _known ?? Task.Run(() => GetAsync(CancellationToken.None).AsTask()).GetAwaiter().GetResult();

    /// <summary>Whether the server has refused the password; then the next connection reads it again.</summary>
    public bool IsRefused(Exception failure)
    {
        if (failure is not PostgresException { SqlState: PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification }
            || _known is null)
        {
            return false;
        }

        _known = null;
        return true;
    }

    public override string ToString() => "[password]";
}
