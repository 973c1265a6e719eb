using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>
/// The real program started from a render, as a kubelet would: the files that the volumes hold, the arguments and the
/// variables of the container. The files lie in a folder of the test's own, so their paths get its path in front.
/// </summary>
internal sealed class RenderedProgram : IDisposable
{
    private const string ConfigPath = "/etc/notion-gateway";

    private readonly string _root = Directory.CreateTempSubdirectory("pod-").FullName;

    private int _versions;

    public RenderedProgram(RenderedChart rendered)
    {
        Rendered = rendered;
        MountConfig(rendered);
        foreach (var source in rendered.Pod.Volumes.SingleOrDefault(volume => volume.Name == "credentials")?.Projected.Sources ?? [])
        {
            Write($"{Mount("credentials")}/{source.Secret.Items.Single().Path}", The.NotionToken);
        }
    }

    public RenderedChart Rendered { get; }

    public string[] Arguments => [.. Rendered.Container.Args.Select(Moved)];

    /// <summary>The variables of the container; those from Secrets get the value that stands for it in tests.</summary>
    public (string Name, string Value)[] Environment =>
        [.. (Rendered.Container.Env ?? []).Select(variable => (variable.Name, variable.Value ?? (variable.Name == "GATEWAY_KEY" ? The.Key : The.NotionToken)))];

    /// <summary>Puts the ConfigMap in place as Kubernetes does: a new folder, and a link that is swapped in one step.</summary>
    public void MountConfig(RenderedChart rendered)
    {
        var version = $"..version_{_versions++}";
        var folder = Mount("config");
        Write($"{folder}/{version}/gateway.json", Moved(rendered.SettingsText));
        var link = Path.Combine(_root + folder, "..data");
        File.CreateSymbolicLink(link + "_tmp", version);
        Assert.Equal(0, HelmChart.Run("mv", ["-T", link + "_tmp", link]).ExitCode);
        if (!File.Exists(Path.Combine(_root + folder, "gateway.json")))
        {
            File.CreateSymbolicLink(Path.Combine(_root + folder, "gateway.json"), "..data/gateway.json");
        }
    }

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string Mount(string volume) => Rendered.Container.VolumeMounts.Single(mount => mount.Name == volume).MountPath;

    private string Moved(string text) => text.Replace(ConfigPath, _root + ConfigPath).Replace("/var/run/secrets", _root + "/var/run/secrets");
}
