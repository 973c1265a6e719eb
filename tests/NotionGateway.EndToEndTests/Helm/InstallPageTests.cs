using System.Text.RegularExpressions;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What the pages tell a new user to paste works, and prints what they show.</summary>
public sealed partial class InstallPageTests
{
    private static readonly string Install = Repository.Read("docs", "install.md");

    public static TheoryData<string, string> Values => [.. new[] { "docs/install.md", "docs/secrets.md", "docs/oauth.md", "deploy/azure/README.md" }
        .SelectMany(page => Yaml().Matches(Repository.Read(page)).Select(match => new TheoryDataRow<string, string>(page, match.Groups["text"].Value)))];

    [Theory]
    [MemberData(nameof(Values))]
    public async Task Values_on_a_page_can_be_installed_and_are_taken_by_the_program(string page, string values)
    {
        // The pages leave to the caller who calls, and to the shell which identity it is.
        string[] rest =
        [
            .. values.Contains("Callers") ? Array.Empty<string>() : ["--set", $"config.Access.Callers.crm.KeyHashes[0]={KeyDigest.Of(The.Key)}"],
            .. values.Contains("workloadIdentity") ? ["--set", "azure.workloadIdentity.clientId=11111111-2222-3333-4444-555555555555"] : Array.Empty<string>(),
        ];
        var (exitCode, output, error) = Template(values, rest);
        Assert.True(exitCode == 0, $"{page}: {error}");
        using var pod = new RenderedProgram(new RenderedChart(output));
        var check = await RunningProgram.RunAsync(Published.Program, ["check", .. pod.Arguments]);
        Assert.True(check.ExitCode == 0, $"{page}: {check.Output}");
    }

    [Fact]
    public void The_notes_on_the_page_are_those_that_Helm_prints() =>
        Assert.Contains(
            HelmChart.Notes("existing-secret").Replace("rel-notion-gateway", "notion-gateway").Replace("test rel", "test notion-gateway").Trim(), Install);

    [Fact]
    public void The_refusal_on_the_page_is_the_one_that_Helm_prints()
    {
        var (_, _, error) = Template("credentials: { default: { existingSecret: { name: notion, key: token } } }");
        Assert.Contains(error.Split('\n').Last(line => line.Contains("no callers are configured")).Split("error calling fail: ").Last().Trim(), Install);
    }

    [Fact]
    public async Task A_new_key_is_shown_as_on_the_page()
    {
        var (_, output) = await RunningProgram.RunAsync(Published.Program, ["key", "new", "crm"]);
        var shape = Digits().Replace(Key().Replace(output, "ngw_…"), "sha256:#").Trim();
        Assert.Contains(shape, Digits().Replace(Install, "sha256:#"));
    }

    private static (int ExitCode, string Output, string Error) Template(string values, params string[] arguments)
    {
        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, values);
            return HelmChart.Template("notion-gateway", HelmChart.Folder, ["-f", file, .. arguments]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [GeneratedRegex(@"```yaml\n(?<text>.*?)```", RegexOptions.ExplicitCapture | RegexOptions.Singleline)]
    private static partial Regex Yaml();

    [GeneratedRegex("ngw_[0-9A-Za-z]+", RegexOptions.ExplicitCapture)]
    private static partial Regex Key();

    [GeneratedRegex("sha256:[0-9a-f]{64}", RegexOptions.ExplicitCapture)]
    private static partial Regex Digits();
}
