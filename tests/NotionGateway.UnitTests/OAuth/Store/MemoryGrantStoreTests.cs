using NotionGateway.OAuth.Store;

namespace NotionGateway.UnitTests.OAuth.Store;

/// <summary>The model itself is held to the contract.</summary>
public sealed class MemoryGrantStoreTests : GrantStoreContract
{
    private readonly MemoryGrantStore _store = new();

    private protected override Task<IGrantStore> OpenAsync() => Task.FromResult<IGrantStore>(_store);

    private protected override Task<IGrantStore> OpenEmptyAsync() => Task.FromResult<IGrantStore>(new MemoryGrantStore());

    private protected override void Clean()
    {
    }
}
