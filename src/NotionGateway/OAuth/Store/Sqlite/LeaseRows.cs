namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>The lease in a grant's row. The clock is the machine's, which all processes on the file share.</summary>
internal static class LeaseRows
{
    public static LeaseOutcome TryTake(SqliteSession session, string id, long expectedVersion, string holder, TimeSpan length, DateTimeOffset now)
    {
        var taken = session.Execute(
            """
            UPDATE grants SET lease_holder = $holder, lease_until = $until
            WHERE id = $id AND version = $expected AND (lease_until IS NULL OR lease_until <= $now OR lease_holder = $holder)
            """,
            ("$holder", holder),
            ("$until", (now + length).Stored()),
            ("$id", id),
            ("$expected", expectedVersion),
            ("$now", now.Stored()));
        if (taken == 1)
        {
            return new LeaseOutcome(LeaseState.Taken);
        }

        var found = session.All(
            "SELECT version, lease_until FROM grants WHERE id = $id", row => (Version: row.GetInt64(0), Until: row.TimeOrNone(1)), ("$id", id));
        return found is not [var (version, until)] ? new LeaseOutcome(LeaseState.Gone)
            : version != expectedVersion ? new LeaseOutcome(LeaseState.Changed)
            : new LeaseOutcome(LeaseState.Held, until!.Value - now);
    }

    /// <summary>The file belongs to one gateway: a lease that is found at the start is of one that was killed, and would only delay the next renewal.</summary>
    public static void EndAll(SqliteSession session) =>
        session.Execute("UPDATE grants SET lease_holder = NULL, lease_until = NULL WHERE lease_until IS NOT NULL");

    public static int Release(SqliteSession session, string id, string holder) => session.Execute(
        "UPDATE grants SET lease_holder = NULL, lease_until = NULL WHERE id = $id AND lease_holder = $holder", ("$id", id), ("$holder", holder));
}
