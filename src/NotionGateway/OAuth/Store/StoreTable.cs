namespace NotionGateway.OAuth.Store;

/// <summary>What is in a column, in every store.</summary>
internal enum ColumnKind
{
    Text,
    Long,
    Whole,
    Bytes,
}

/// <summary>A table that every store has, with the columns that are copied from one store to another.</summary>
internal sealed record StoreTable(string Name, string Description, params (string Name, ColumnKind Kind)[] Columns)
{
    /// <summary>All of them, each after those that its rows refer to. A lease is not copied: it is of a gateway on the old store.</summary>
    public static readonly IReadOnlyList<StoreTable> All =
    [
        new(
            "key_ring",
            "elements of the key ring",
            ("name", ColumnKind.Text), ("xml", ColumnKind.Text)),
        new(
            "grants",
            "grants",
            ("id", ColumnKind.Text), ("name", ColumnKind.Text), ("app", ColumnKind.Text), ("bot_id", ColumnKind.Text), ("workspace_id", ColumnKind.Text),
            ("workspace_name", ColumnKind.Text), ("owner", ColumnKind.Text), ("created_at", ColumnKind.Long), ("refreshed_at", ColumnKind.Long),
            ("state", ColumnKind.Whole), ("version", ColumnKind.Long), ("access_token", ColumnKind.Bytes), ("refresh_token", ColumnKind.Bytes),
            ("profile", ColumnKind.Bytes), ("seal", ColumnKind.Bytes)),
        new(
            "bound_keys",
            "bound keys",
            ("digest", ColumnKind.Bytes), ("grant_id", ColumnKind.Text), ("caller", ColumnKind.Text), ("kind", ColumnKind.Whole), ("issue", ColumnKind.Text),
            ("expires_at", ColumnKind.Long), ("issued_at", ColumnKind.Long), ("parent", ColumnKind.Text), ("seal", ColumnKind.Bytes)),
        new(
            "connect_links",
            "connect links",
            ("digest", ColumnKind.Bytes), ("name", ColumnKind.Text), ("expires_at", ColumnKind.Long), ("used_at", ColumnKind.Long)),
        new(
            "pending_consents",
            "consents in progress",
            ("state", ColumnKind.Bytes), ("cookie", ColumnKind.Bytes), ("link", ColumnKind.Bytes), ("name", ColumnKind.Text), ("expires_at", ColumnKind.Long)),
    ];

    public string ColumnNames => string.Join(", ", Columns.Select(column => column.Name));
}
