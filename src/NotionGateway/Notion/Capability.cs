namespace NotionGateway.Notion;

/// <summary>
/// What an operation needs, in Notion's own words for the capabilities of a connection. <see cref="Agents"/> is ours:
/// Notion gates these operations too but publishes no word for it.
/// </summary>
[Flags]
internal enum Capability
{
    None = 0,
    ReadContent = 1,
    InsertContent = 2,
    UpdateContent = 4,
    ReadComments = 8,
    InsertComments = 16,
    UserInfo = 32,
    Agents = 64,
}

/// <summary>The written forms of <see cref="Capability"/>, as configuration, messages and documentation use them.</summary>
internal static class CapabilityNames
{
    private static readonly (Capability Capability, string Word)[] Table =
    [
        (Capability.ReadContent, "read_content"),
        (Capability.InsertContent, "insert_content"),
        (Capability.UpdateContent, "update_content"),
        (Capability.ReadComments, "read_comments"),
        (Capability.InsertComments, "insert_comments"),
        (Capability.UserInfo, "user_info"),
        (Capability.Agents, "agents"),
    ];

    public static IEnumerable<string> All => Table.Select(row => row.Word);

    public static Capability? Parse(string word) =>
        Table.Where(row => string.Equals(row.Word, word, StringComparison.Ordinal)).Select(row => (Capability?)row.Capability).FirstOrDefault();

    /// <summary>The words of every capability in the set, joined by '+'; <c>none</c> for the empty set.</summary>
    public static string Description(this Capability capabilities) =>
        capabilities == Capability.None ? "none" : string.Join('+', Table.Where(row => capabilities.HasFlag(row.Capability)).Select(row => row.Word));
}
