namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>
/// The lease in a grant's row. The clock is the server's, which all gateways share. A lock of the session would keep a connection for the
/// length of a call to Notion, and end silently with it.
/// </summary>
internal static class LeaseRows
{
    private const string Now = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

    public static async Task<LeaseOutcome> TryTakeAsync(PostgresSession session, string id, long expectedVersion, string holder, TimeSpan length)
    {
        var taken = await session.ExecuteAsync(
            $"""
            UPDATE notion_gateway.grants SET lease_holder = @holder, lease_until = {Now} + @length
            WHERE id = @id AND version = @expected AND (lease_until IS NULL OR lease_until <= {Now} OR lease_holder = @holder)
            """,
            ("holder", holder),
            ("length", (long)length.TotalMilliseconds),
            ("id", id),
            ("expected", expectedVersion));
        if (taken == 1)
        {
            return new LeaseOutcome(LeaseState.Taken);
        }

        var found = await session.AllAsync(
            $"SELECT version, greatest(coalesce(lease_until, 0) - {Now}, 0) FROM notion_gateway.grants WHERE id = @id",
            row => (Version: row.GetInt64(0), Left: TimeSpan.FromMilliseconds(row.GetInt64(1))),
            ("id", id));
        return found is not [var (version, left)] ? new LeaseOutcome(LeaseState.Gone)
            : version != expectedVersion ? new LeaseOutcome(LeaseState.Changed)
            : new LeaseOutcome(LeaseState.Held, left);
    }

    public static Task<int> ReleaseAsync(PostgresSession session, string id, string holder) => session.ExecuteAsync(
        "UPDATE notion_gateway.grants SET lease_holder = NULL, lease_until = NULL WHERE id = @id AND lease_holder = @holder",
        ("id", id),
        ("holder", holder));
}
