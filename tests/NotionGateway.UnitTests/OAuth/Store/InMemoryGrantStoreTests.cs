using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Store;

/// <summary>The model itself is held to the contract.</summary>
public sealed class InMemoryGrantStoreTests : GrantStoreContract
{
    private readonly InMemoryGrantStore _store = new();

    private protected override Task<IGrantStore> OpenAsync() => Task.FromResult<IGrantStore>(_store);

    private protected override Task<IGrantStore> OpenEmptyAsync() => Task.FromResult<IGrantStore>(new InMemoryGrantStore());

    private protected override void Clean()
    {
    }
}
