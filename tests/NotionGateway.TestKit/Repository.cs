using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace NotionGateway.TestKit;

/// <summary>The files of the repository, for tests about how it is kept.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The version of the product, from the one place where it is set.</summary>
    public static string Version { get; } = XDocument.Load(PathOf("Directory.Build.props")).Descendants("Version").Single().Value;

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    /// <summary>Every source file under a folder, by its path from there.</summary>
    public static IEnumerable<(string Path, string Text)> Sources(params string[] folder) => Files("*.cs", folder);

    /// <summary>The Razor components below a folder.</summary>
    public static IEnumerable<(string Path, string Text)> Components(params string[] folder) => Files("*.razor", folder);

    private static IEnumerable<(string Path, string Text)> Files(string pattern, string[] folder) => Directory
        .EnumerateFiles(PathOf(folder), pattern, SearchOption.AllDirectories)
        .Select(path => (Path.GetRelativePath(PathOf(folder), path).Replace('\\', '/'), File.ReadAllText(path)))
        .Where(file => !file.Item1.Contains("/obj/") && !file.Item1.StartsWith("obj/"));

    private static string Find([CallerFilePath] string here = "")
    {
        // Where the tests were compiled is where the files are; a deterministic build may have hidden that.
        foreach (var start in new[] { Path.GetDirectoryName(here), AppContext.BaseDirectory })
        {
            for (var folder = start; folder is not null; folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, "NotionGateway.sln")))
                {
                    return folder;
                }
            }
        }

        throw new InvalidOperationException("The repository's root was not found.");
    }
}
