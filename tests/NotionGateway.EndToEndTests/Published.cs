using System.Diagnostics;
using NotionGateway.EndToEndTests;
using NotionGateway.TestKit;

[assembly: AssemblyFixture(typeof(Published))]

namespace NotionGateway.EndToEndTests;

/// <summary>The program as it is shipped: published once for all these tests, to where no other build writes.</summary>
public sealed class Published : IAsyncLifetime
{
    public static string Folder { get; } = Repository.PathOf("artifacts", "e2e", "notion-gateway");

    public static string Program { get; } = Path.Combine(Folder, "notion-gateway");

    public async ValueTask InitializeAsync()
    {
        // The analysers have seen the same code in the build of the tests, and take most of a compilation's time.
        string[] arguments =
            ["publish", Repository.PathOf("src", "NotionGateway"), "-c", "Release", "-o", Folder, "-p:RunAnalyzers=false", "--nologo", "-v", "quiet"];
        var publish = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = await publish.StandardOutput.ReadToEndAsync() + await publish.StandardError.ReadToEndAsync();
        await publish.WaitForExitAsync();
        Assert.True(publish.ExitCode == 0, $"Publishing failed: {output}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
