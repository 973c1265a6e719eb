using NotionGateway.IntegrationTests.OAuth.Postgres;
using NotionGateway.TestKit;

[assembly: AssemblyFixture(typeof(SharedPostgres))]

namespace NotionGateway.IntegrationTests.OAuth.Postgres;

/// <summary>One server for all tests that do not stop it, started by the first; each test has its own database.</summary>
public sealed class SharedPostgres : IAsyncLifetime
{
    private static readonly Lazy<Task<PostgresServer>> Started = new(() => PostgresServer.StartAsync());

    internal static Task<PostgresServer> ServerAsync => Started.Value;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated)
        {
            await (await Started.Value).DisposeAsync();
        }
    }
}
