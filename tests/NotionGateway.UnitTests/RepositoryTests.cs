using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>What stands around the code agrees with itself.</summary>
public sealed partial class RepositoryTests
{
    [Theory]
    [InlineData("helm/notion-gateway/Chart.yaml", "\nversion: {0}\n")]
    [InlineData("helm/notion-gateway/Chart.yaml", "\nappVersion: \"{0}\"\n")]
    [InlineData("Dockerfile", "\nARG VERSION={0}\n")]
    [InlineData("deploy/compose.yaml", "image: notion-gateway:${VERSION:-{0}}\n")]
    [InlineData("docs/install.md", " ghcr.io/notion-gateway/notion-gateway:{0} ")]
    public void The_version_is_the_one_of_the_build(string file, string form) =>
        Assert.Contains(form.Replace("{0}", Repository.Version), Repository.Read(file));

    [Fact]
    public void No_page_and_no_file_for_containers_names_another_version_of_the_product() => Assert.All(
        Find("*.md").Concat(Find("Dockerfile")).Concat(Find("compose*.yaml")),
        file => Assert.All(
            ProductVersions().Matches(File.ReadAllText(file.FullName)), match => Assert.Equal(Repository.Version, match.Groups["version"].Value)));

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
    [InlineData("nightly.yml")]
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
    public void Every_licence_of_an_npm_package_is_allowed()
    {
        var allowed = AllowedLicences().Match(Repository.Read(".github", "workflows", "dependency-review.yml")).Groups["licences"].Value.Split(", ");
        Assert.NotEmpty(Find("package-lock.json"));
        Assert.All(Find("package-lock.json"), file =>
        {
            var packages = JsonNode.Parse(File.ReadAllText(file.FullName))!["packages"]!.AsObject();
            Assert.All(packages, package => Assert.Contains((string?)package.Value!["license"], allowed));
        });
    }

    [Theory]
    [InlineData("nuget", "*.sln")]
    [InlineData("dotnet-sdk", "global.json")]
    [InlineData("docker", "Dockerfile")]
    [InlineData("docker-compose", "compose*.yaml")]
    [InlineData("github-actions", "release.yml")]
    [InlineData("npm", "package.json")]
    public void Dependabot_looks_into_every_folder_that_has_something_for_it(string ecosystem, string file)
    {
        var part = Repository.Read(".github", "dependabot.yml").Split("- package-ecosystem: ").Single(text => text.StartsWith($"{ecosystem}\n"));
        var listed = UpdatedFolders().Matches(part).Select(match => match.Groups["folder"].Value);

        // For workflows, the root stands for their folder.
        var there = Find(file).Select(found => Path.GetRelativePath(Repository.Root, found.DirectoryName!).Replace('\\', '/'))
            .Select(folder => folder is "." or ".github/workflows" ? "/" : $"/{folder}").Distinct();
        Assert.Equal(there.Order(), listed.Order());
    }

    [Fact]
    public void Every_path_with_an_owner_is_there() => Assert.All(
        Repository.Read(".github", "CODEOWNERS").Split('\n').Where(line => line.StartsWith('/')).Select(line => line.Split(' ')[0].Trim('/')),
        path => Assert.NotEmpty(Directory.EnumerateFileSystemEntries(Repository.PathOf(Path.GetDirectoryName(path)!), Path.GetFileName(path))));

    [Fact]
    public void Base_images_are_pinned_by_digest() => Assert.All(
        Regex.Matches(Repository.Read("Dockerfile"), "(?m)^FROM [^\n]+"),
        from => Assert.Matches("^FROM (--platform=[^ ]+ )?[^ ]+:[^ ]+@sha256:[0-9a-f]{64}( |$)", from.Value));

    [Fact]
    public void The_development_container_has_the_SDK_of_the_image() => Assert.Contains(
        $"\"image\": \"{Regex.Match(Repository.Read("Dockerfile"), "mcr.microsoft.com/dotnet/sdk:[0-9.]+").Value}\"",
        Repository.Read(".devcontainer", "devcontainer.json"));

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
    public void The_release_runs_all_of_CI_first_and_publishes_only_in_its_environment()
    {
        var release = Repository.Read(".github", "workflows", "release.yml");
        Assert.Contains("    uses: ./.github/workflows/ci.yml\n", release);
        Assert.All(
            JobHeads().Split(release).Where(job => job.Contains("s: write\n")),
            job => Assert.True(job.Contains("    environment: release\n") && job.Contains("    needs: [version, "), job));
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

    /// <summary>The files with such a name, without those that a build or a tool wrote.</summary>
    private static IEnumerable<FileInfo> Find(string name) => Find(new DirectoryInfo(Repository.Root), name);

    private static IEnumerable<FileInfo> Find(DirectoryInfo folder, string name) => folder.EnumerateFiles(name).Concat(folder.EnumerateDirectories()
        .Where(child => child.LinkTarget is null && child.Name is not (".git" or "artifacts" or "bin" or "node_modules" or "obj"))
        .SelectMany(child => Find(child, name)));

    private static IEnumerable<string> Workflows() => Directory.EnumerateFiles(Repository.PathOf(".github", "workflows")).Select(File.ReadAllText);

    [GeneratedRegex("<RuntimeIdentifiers>(?<runtimes>[^<]+)<", RegexOptions.ExplicitCapture)]
    private static partial Regex LockedRuntimes();

    [GeneratedRegex(@"rid: \[(?<runtimes>[^\]]+)\]", RegexOptions.ExplicitCapture)]
    private static partial Regex MatrixRuntimes();

    [GeneratedRegex(@"(?m)^ *(- )?uses: (?!\./)[^\n]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Uses();

    [GeneratedRegex(@"(\bnotion-gateway:(\$\{VERSION:-)?|/charts/notion-gateway --version )(?<version>\d+\.\d+\.\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex ProductVersions();

    [GeneratedRegex(@"allow-licenses: (?<licences>[^\n]+)", RegexOptions.ExplicitCapture)]
    private static partial Regex AllowedLicences();

    [GeneratedRegex(@"(?m)^ +(directory:|-) (?<folder>/\S*)$", RegexOptions.ExplicitCapture)]
    private static partial Regex UpdatedFolders();

    [GeneratedRegex(@"(?m)^  (?=\w+:$)", RegexOptions.ExplicitCapture)]
    private static partial Regex JobHeads();
}
