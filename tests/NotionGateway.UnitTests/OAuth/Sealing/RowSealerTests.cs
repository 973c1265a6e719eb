using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.OAuth.Sealing;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Sealing;

public sealed class RowSealerTests
{
    [Fact]
    public void A_key_that_was_made_and_did_not_get_into_the_ring_seals_nothing()
    {
        var (one, other) = (Sealer(), Sealer());
        _ = one.Begin([], hasGrants: false);
        var ring = other.Begin([], hasGrants: false);
        one.Load(() => ring);
        other.Load(() => ring);
        Assert.Equal(other.SealOf(Grant("crm/acme")), one.SealOf(Grant("crm/acme")));
    }

    private static RowSealer Sealer()
    {
        var keys = new EncryptionKeys();
        keys.Provide(SqliteFolder.Key, null);
        return new RowSealer(keys, new FakeTimeProvider(), NullLogger<RowSealer>.Instance);
    }
}
