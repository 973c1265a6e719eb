using NotionGateway.OAuth.Store.Postgres;
using Npgsql;

namespace NotionGateway.UnitTests.OAuth.Store.Postgres;

public sealed class PostgresFailuresTests
{
    [Theory]
    [InlineData(PostgresErrorCodes.TooManyConnections, true)]
    [InlineData(PostgresErrorCodes.AdminShutdown, true)]
    [InlineData(PostgresErrorCodes.ReadOnlySqlTransaction, true)]
    [InlineData(PostgresErrorCodes.DiskFull, false)]
    [InlineData(PostgresErrorCodes.UniqueViolation, false)]
    public void A_server_counts_as_lost_unless_reads_go_on(string state, bool isLost) =>
        Assert.Equal(isLost, PostgresFailures.IsUnreachable(new PostgresException("a message", "ERROR", "ERROR", state)));
}
