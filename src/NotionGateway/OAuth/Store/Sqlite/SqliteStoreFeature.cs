namespace NotionGateway.OAuth.Store.Sqlite;

/// <summary>Registers the store in one file.</summary>
internal static class SqliteStoreFeature
{
    public static IServiceCollection AddSqliteStore(this IServiceCollection services, string path) => services
        .AddSingleton(new SqliteStoreSettings(path))
        .AddSingleton<SqliteGrantStore>()
        .AddSingleton<IGrantStore>(provider => provider.GetRequiredService<SqliteGrantStore>())
        .AddSingleton<IKeyRingStore>(provider => provider.GetRequiredService<SqliteGrantStore>());
}
