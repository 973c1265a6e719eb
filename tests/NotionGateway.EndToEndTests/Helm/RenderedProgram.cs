using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
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
    private const string StorePath = "/var/lib/notion-gateway";

    private readonly string _root = Directory.CreateTempSubdirectory("pod-").FullName;

    private int _versions;

    public RenderedProgram(RenderedChart rendered)
    {
        Rendered = rendered;
        MountConfig(rendered);
        foreach (var volume in rendered.Pod.Volumes.Where(volume => volume.Projected is not null))
        {
            foreach (var path in volume.Projected.Sources.Where(source => source.Secret is not null).Select(source => source.Secret.Items.Single().Path))
            {
                Write(
                    $"{Mount(volume.Name)}/{path}",
                    path.EndsWith("encryption-key", StringComparison.Ordinal) ? The.EncryptionKey
                    : path.EndsWith(".crt", StringComparison.Ordinal) ? Authority()
                    : The.NotionToken);
            }
        }

        if (rendered.Pod.Volumes.Any(volume => volume.PersistentVolumeClaim is not null))
        {
            Directory.CreateDirectory(_root + StorePath);
        }
    }

    public RenderedChart Rendered { get; }

    public string[] Arguments => [.. Rendered.Container.Args.Select(Moved)];

    /// <summary>The variables of the container; those from Secrets get their test value.</summary>
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

    /// <summary>The files on the volume for grants.</summary>
    public IEnumerable<string> Stored => Directory.GetFiles(_root + StorePath).Select(path => Path.GetFileName(path));

    public void Write(string path, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_root + path)!);
        File.WriteAllText(_root + path, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    public static string Authority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = new CertificateRequest("CN=An authority of a test", key, HashAlgorithmName.SHA256).CreateSelfSigned(now, now.AddDays(1));
        return certificate.ExportCertificatePem();
    }

    private string Mount(string volume) => Rendered.Container.VolumeMounts.Single(mount => mount.Name == volume).MountPath;

    private string Moved(string text) =>
        new[] { ConfigPath, StorePath, "/var/run/secrets" }.Aggregate(text, (moved, path) => moved.Replace(path, _root + path));
}
