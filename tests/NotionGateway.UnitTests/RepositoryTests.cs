using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>What stands around the code agrees with itself.</summary>
public sealed partial class RepositoryTests
{
    private static readonly string Version = VersionElement().Match(Repository.Read("Directory.Build.props")).Groups["version"].Value;

    [Theory]
    [InlineData("helm/notion-gateway/Chart.yaml", "\nversion: {0}\n")]
    [InlineData("helm/notion-gateway/Chart.yaml", "\nappVersion: \"{0}\"\n")]
    [InlineData("Dockerfile", "\nARG VERSION={0}\n")]
    [InlineData("Dockerfile", "/notion-gateway:{0} ")]
    [InlineData("deploy/compose.yaml", "image: notion-gateway:${{VERSION:-{0}}}")]
    [InlineData("docs/install.md", "/notion-gateway:{0} ")]
    public void The_version_is_the_one_of_the_build(string file, string form) =>
        Assert.Contains(form.Replace("{0}", Version).Replace("{{", "{").Replace("}}", "}"), Repository.Read(file));

    [Fact]
    public void Actions_are_pinned_by_hash_with_their_version_beside() =>
        Assert.All(Workflows().SelectMany(text => Uses().Matches(text)), use => Assert.Matches("@[0-9a-f]{40} # v[0-9.]+$", use.Value.TrimEnd()));

    [Fact]
    public void Every_project_has_a_lock_file_for_each_released_runtime_that_names_no_place()
    {
        var released = LockedRuntimes().Match(Repository.Read("Directory.Build.targets")).Groups["runtimes"].Value.Split(';');
        var matrix = MatrixRuntimes().Match(Repository.Read(".github", "workflows", "release.yml")).Groups["runtimes"].Value.Split(", ");
        Assert.Equal(matrix.Order(), released.Order());
        var projects = new[] { "src", "tests", "bench" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.csproj", SearchOption.AllDirectories)).ToList();
        Assert.NotEmpty(projects);
        Assert.All(projects, project =>
        {
            var text = File.ReadAllText(Path.Combine(Path.GetDirectoryName(project)!, "packages.lock.json"));
            Assert.All(released, runtime => Assert.Contains($"\"net10.0/{runtime}\"", text));
            Assert.DoesNotContain("://", text);
        });
    }

    [Theory]
    [InlineData("ci.yml")]
    [InlineData("release.yml")]
    public void Workflows_restore_in_locked_mode(string workflow)
    {
        var text = Repository.Read(".github", "workflows", workflow);
        Assert.Matches("(?m)^  RestoreLockedMode: \"true\"$", text);
        Assert.DoesNotMatch("sudo (?!--preserve-env=CI,PATH,DOTNET_ROOT,RestoreLockedMode )", text);
    }

    [Fact]
    public void Workflows_begin_with_no_more_than_the_right_to_read() =>
        Assert.All(Workflows(), text => Assert.Matches(@"(?m)^permissions:( \{\}|\n  contents: read)$", text));

    [Theory]
    [InlineData("deploy/compose.yaml", @"image: (?<image>[\w./-]+/[\w./-]+:[\w.-]+)")]
    [InlineData("Dockerfile", @"(?m)^FROM (?:--platform=\S+ )?(?<image>[\w./-]+:[\w.-]+)")]
    public void The_page_for_air_gapped_users_names_every_image(string file, string form)
    {
        var page = Repository.Read("docs", "air-gapped.md");
        Assert.All(Regex.Matches(Repository.Read(file), form), image => Assert.Contains(image.Groups["image"].Value, page));
    }

    [Fact]
    public void Base_images_are_pinned_by_digest() => Assert.All(
        Regex.Matches(Repository.Read("Dockerfile"), "(?m)^FROM [^\n]+"),
        from => Assert.Matches("^FROM (--platform=[^ ]+ )?[^ ]+:[^ ]+@sha256:[0-9a-f]{64}( |$)", from.Value));

    [Fact]
    public void The_release_stops_when_the_tag_is_not_the_version_and_takes_its_time_from_the_commit()
    {
        var release = Repository.Read(".github", "workflows", "release.yml");
        Assert.Contains("if [ \"v$version\" != \"$GITHUB_REF_NAME\" ]; then", release);
        var jobs = Regex.Matches(release, @"(?m)^    needs: (?<needs>.+)$").Select(job => job.Groups["needs"].Value);
        Assert.All(jobs, needs => Assert.Contains("version", needs));
        Assert.Contains("SOURCE_DATE_EPOCH=${{ needs.version.outputs.epoch }}", release);
        Assert.Contains("rewrite-timestamp=true", release);
    }

    [Fact]
    public void The_page_of_licences_has_every_package_of_the_gateway_in_its_version()
    {
        var page = Repository.Read("THIRD-PARTY-LICENSES.md");
        var central = Repository.Read("Directory.Packages.props");
        var ours = Regex.Matches(Repository.Read("src", "NotionGateway", "NotionGateway.csproj"), "<PackageReference Include=\"(?<name>[^\"]+)\" />");
        Assert.NotEmpty(ours);
        Assert.All(ours.Select(package => package.Groups["name"].Value), name => Assert.Contains($"| {name} | {VersionOf(name, central)} |", page));
    }

    private static string VersionOf(string package, string central) =>
        Regex.Match(central, $"Include=\"{Regex.Escape(package)}\" Version=\"(?<version>[^\"]+)\"").Groups["version"].Value;

    private static IEnumerable<string> Workflows() => Directory.EnumerateFiles(Repository.PathOf(".github", "workflows")).Select(File.ReadAllText);

    [GeneratedRegex("<Version>(?<version>[^<]+)</Version>", RegexOptions.ExplicitCapture)]
    private static partial Regex VersionElement();

    [GeneratedRegex("<RuntimeIdentifiers>(?<runtimes>[^<]+)<", RegexOptions.ExplicitCapture)]
    private static partial Regex LockedRuntimes();

    [GeneratedRegex(@"rid: \[(?<runtimes>[^\]]+)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex MatrixRuntimes();

    [GeneratedRegex(@"(?m)^ *(- )?uses: [^\n]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Uses();
}
