using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>The store in a file is held to the contract.</summary>
public sealed class SqliteGrantStoreTests : GrantStoreContract
{
    private readonly SqliteFolder _folder = new();

    private protected override async Task<IGrantStore> OpenAsync() => await _folder.OpenAsync();

    private protected override async Task<IGrantStore> OpenEmptyAsync() => await SqliteFolder.OpenAsync(new SqliteStoreSettings(_folder.NextPath()));

    private protected override Task PassAsync(TimeSpan span)
    {
        _folder.Time.Advance(span);
        return Task.CompletedTask;
    }

    private protected override void Clean() => _folder.Dispose();
}
