using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Store;

/// <summary>The model itself is held to the contract.</summary>
public sealed class InMemoryGrantStoreTests : GrantStoreContract
{
    private readonly FakeTimeProvider _time = new();
    private readonly InMemoryGrantStore _store;

    public InMemoryGrantStoreTests() => _store = new InMemoryGrantStore(_time);

    private protected override Task<IGrantStore> OpenAsync() => Task.FromResult<IGrantStore>(_store);

    private protected override Task<IGrantStore> OpenEmptyAsync() => Task.FromResult<IGrantStore>(new InMemoryGrantStore());

    private protected override Task PassAsync(TimeSpan span)
    {
        _time.Advance(span);
        return Task.CompletedTask;
    }

    private protected override void Clean()
    {
    }
}
