namespace NotionGateway.OAuth.Store.Postgres;

/// <summary>Registers the store in PostgreSQL, and what watches the database.</summary>
internal static class PostgresStoreFeature
{
    public static IServiceCollection AddPostgresStore(this IServiceCollection services, PostgresStoreSettings settings) => services
        .AddSingleton(settings)
        .AddSingleton<PostgresReach>()
        .AddSingleton<PartStatus>(provider => provider.GetRequiredService<PostgresReach>().Note)
        .AddSingleton<PostgresPassword>()
        .AddSingleton<PostgresDatabase>()
        .AddSingleton<PostgresGrantStore>()
        .AddSingleton<IGrantStore>(provider => provider.GetRequiredService<PostgresGrantStore>())
        .AddSingleton<IKeyRingStore>(provider => provider.GetRequiredService<PostgresGrantStore>())
        .AddHostedService<PostgresWatch>();
}
