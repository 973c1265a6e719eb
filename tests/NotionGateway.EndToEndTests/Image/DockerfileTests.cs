using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Image;

/// <summary>What can be known of the image without building it; that it builds and runs is seen with a builder.</summary>
public sealed partial class DockerfileTests
{
    private static readonly string[] Lines =
        [.. Repository.Read("Dockerfile").Replace("\\\n", " ").Split('\n').Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void Everything_that_is_copied_is_there_and_is_let_through_to_the_builder()
    {
        var ignored = Repository.Read(".dockerignore").Split('\n');
        var sources = Copies().SelectMany(copy => copy[..^1]).ToList();
        Assert.NotEmpty(sources);
        Assert.All(sources, source => Assert.True(Path.Exists(Repository.PathOf(source)), source));
        Assert.Contains("*", ignored);
        Assert.All(sources, source => Assert.True(ignored.Contains($"!{source}") || (source.StartsWith("src/") && ignored.Contains("!src/")), source));
    }

    [Fact]
    public void Restoring_has_all_that_it_reads_and_nothing_that_changes_daily()
    {
        var before = Lines.TakeWhile(line => !line.StartsWith("RUN dotnet restore")).Where(line => line.StartsWith("COPY"))
            .SelectMany(line => line.Split(' ')[1..^1]).ToList();
        var projects = before.Where(source => source.EndsWith(".csproj")).ToList();
        var needed = projects.SelectMany(project => XDocument.Load(Repository.PathOf(project)).Descendants("ProjectReference"),
            (project, reference) => Path.GetRelativePath(
                Repository.Root,
                Path.GetFullPath(Path.Combine(Repository.PathOf(Path.GetDirectoryName(project)!), (string)reference.Attribute("Include")!))));
        Assert.Equal(["src/NotionGateway/NotionGateway.csproj", "src/NotionSandbox/NotionSandbox.csproj"], projects);
        Assert.All(needed, project => Assert.Contains(project, projects));
        Assert.All(projects, project => Assert.Contains(Path.GetDirectoryName(project) + "/packages.lock.json", before));
        Assert.All(Directory.GetFiles(Repository.Root, "Directory.*"), path => Assert.Contains(Path.GetFileName(path), before));
        Assert.EndsWith(" --locked-mode", Line("RUN dotnet restore"));
        Assert.Contains("nuget.config", before);
        Assert.DoesNotContain("src/", before);
        Assert.Contains("global.json", before);
    }

    [Fact]
    public void The_entry_point_and_the_health_check_are_the_published_program_without_a_shell()
    {
        var entry = JsonSerializer.Deserialize<string[]>(Line("ENTRYPOINT ")["ENTRYPOINT ".Length..])!;
        var line = Line("HEALTHCHECK ");
        var health = JsonSerializer.Deserialize<string[]>(line[line.IndexOf('[')..])!;
        Assert.Equal("/app/notion-gateway", Assert.Single(entry));
        Assert.Equal(["/app/notion-gateway", "healthcheck", "--live"], health);
        Assert.Contains(Copies(fromStage: true), copy => copy.SequenceEqual(["/app", "/app"]));
        Assert.True(File.Exists(Path.Combine(Published.Folder, Path.GetFileName(entry[0]))));
    }

    [Fact]
    public void It_runs_as_nobody_in_particular_with_the_diagnostics_port_closed()
    {
        Assert.Equal("USER $APP_UID", Lines.Last(line => line.StartsWith("USER ")));
        Assert.Contains("chiseled", Lines.Last(line => line.StartsWith("FROM ")));
        Assert.Contains("DOTNET_EnableDiagnostics=0", Line("ENV "));
        Assert.Matches("DOTNET_GCHeapHardLimitPercent=[0-9A-F]+( |$)", Line("ENV "));
        Assert.Equal(ShippedPorts(), Line("EXPOSE ").Split(' ')[1..]);
    }

    [Fact]
    public void Its_version_is_that_of_program_and_chart()
    {
        var version = XDocument.Load(Repository.PathOf("Directory.Build.props")).Descendants("Version").Single().Value;
        var chart = Repository.Read("helm", "notion-gateway", "Chart.yaml");
        Assert.Contains($"ARG VERSION={version}", Lines);
        Assert.Contains($"\nversion: {version}\n", chart);
        Assert.Contains($"\nappVersion: \"{version}\"\n", chart);
    }

    private static string Line(string start) => Assert.Single(Lines, line => line.StartsWith(start, StringComparison.Ordinal));

    private static IEnumerable<string[]> Copies(bool fromStage = false) => Lines
        .Where(line => line.StartsWith("COPY ") && line.Contains("--from=") == fromStage)
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(fromStage ? 2 : 1).ToArray());

    private static IEnumerable<string> ShippedPorts() => Ports().Matches(Repository.Read("appsettings.json")).Select(match => match.Groups["port"].Value);

    [GeneratedRegex(@"http://\*:(?<port>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Ports();
}
