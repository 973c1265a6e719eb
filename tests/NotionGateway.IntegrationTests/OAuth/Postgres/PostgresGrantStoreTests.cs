using NotionGateway.OAuth.Store;
using NotionGateway.UnitTests.OAuth.Store;

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>The store in a real PostgreSQL is held to the contract, races through three data sources.</summary>
public sealed class PostgresGrantStoreTests : GrantStoreContract
{
    private readonly List<PostgresProcess> _processes = [];
    private string? _database;

    /// <summary>Fewer than of the store in a file: a database is created for each.</summary>
    private protected override int Schedules => 8;

    private protected override TimeSpan Brief => TimeSpan.FromSeconds(4);

    private protected override async Task<IGrantStore> OpenAsync() =>
        await OpenAsync(_database ??= await (await SharedPostgres.ServerAsync).CreateDatabaseAsync());

    private protected override async Task<IGrantStore> OpenEmptyAsync() => await OpenAsync(await (await SharedPostgres.ServerAsync).CreateDatabaseAsync());

    private protected override Task PassAsync(TimeSpan span) => Task.Delay(span);

    private protected override void Clean() => _processes.ForEach(process => process.Dispose());

    private async Task<IGrantStore> OpenAsync(string database)
    {
        var process = await PostgresProcess.OpenAsync(PostgresProcess.Settings(await SharedPostgres.ServerAsync, database));
        _processes.Add(process);
        return process.Store;
    }
}
