using System.Diagnostics;
using NotionGateway.EndToEndTests;

[assembly: AssemblyFixture(typeof(Published))]

namespace NotionGateway.EndToEndTests;

/// <summary>The program as it is shipped: published once for all these tests, to where no other build writes.</summary>
public sealed class Published : IAsyncLifetime
{
    public static string Root { get; } = FindRoot();

    public static string Folder { get; } = Path.Combine(Root, "artifacts", "e2e", "notion-gateway");

    public static string Program { get; } = Path.Combine(Folder, "notion-gateway");

    public async ValueTask InitializeAsync()
    {
        var publish = Process.Start(new ProcessStartInfo("dotnet", ["publish", Path.Combine(Root, "src", "NotionGateway"), "-c", "Release", "-o", Folder, "--nologo", "-v", "quiet"])
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

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "NotionGateway.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root was not found.");
        }

        return folder;
    }
}
