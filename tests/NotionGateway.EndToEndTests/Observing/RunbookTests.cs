using System.Text.Json;
using System.Text.RegularExpressions;
using NotionGateway.EndToEndTests.Helm;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>The lines of the runbook that find the pod, as they are on the page, by the real kubectl.</summary>
public sealed partial class RunbookTests
{
    [Fact]
    public async Task Each_line_of_kubectl_works_and_the_log_is_one_that_jq_can_read()
    {
        await using var cluster = await PretendCluster.StartAsync();
        var folder = Directory.CreateTempSubdirectory("runbook");
        var lines = Lines().Matches(Repository.Read("docs", "alerts.md")).Select(line => line.Value).ToList();
        Assert.True(lines.Count >= 6, $"only {lines.Count} lines");
        foreach (var line in lines)
        {
            var typed = line.Replace("POD", PretendCluster.Pods[0], StringComparison.Ordinal);
            var (exitCode, output) = await RunningProgram.RunAsync(
                "bash",
                ["-c", $"cd '{folder.FullName}' && PATH={Path.GetDirectoryName(HelmLayer.Kubectl)}:$PATH && {typed}"],
                ("KUBECONFIG", cluster.KubeConfig), ("N", PretendCluster.Namespace));

            // Nothing can be entered here: it is enough that kubectl has understood the line and asked for it.
            Assert.True(exitCode == 0 || Enters().IsMatch(line), $"{line}: {output}");
        }

        Assert.Contains("exec /app/notion-gateway check --probe --config /etc/notion-gateway/gateway.json", cluster.Entered);
        Assert.Contains("portforward", cluster.Entered);
        var pods = (await File.ReadAllLinesAsync(Path.Combine(folder.FullName, "gateway.log")))
            .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("Pod").GetString());
        Assert.Equal(PretendCluster.Pods.Order(StringComparer.Ordinal), pods.Order(StringComparer.Ordinal));
        folder.Delete(recursive: true);
    }

    [GeneratedRegex("^kubectl .*$", RegexOptions.Multiline)]
    private static partial Regex Lines();

    [GeneratedRegex(" (exec|port-forward) ")]
    private static partial Regex Enters();
}
