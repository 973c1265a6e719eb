using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Text that was reviewed once and must not change. <c>UPDATE_SNAPSHOTS=1</c> rewrites it, to be reviewed again.</summary>
internal static class Snapshot
{
    public static bool Updating { get; } = Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1";

    public static void Same(string name, string text)
    {
        var path = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "Helm", "snapshots", name);
        var tidy = string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim() + "\n";
        if (Updating)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, tidy);
        }

        Assert.True(File.Exists(path), $"{name} was never written down: run the tests with UPDATE_SNAPSHOTS=1 and read it.");
        Assert.Equal(File.ReadAllText(path), tidy);
    }
}
