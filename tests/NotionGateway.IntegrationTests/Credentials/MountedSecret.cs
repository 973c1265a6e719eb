using System.Diagnostics;

namespace NotionGateway.IntegrationTests.Credentials;

/// <summary>A secret as Kubernetes mounts it: the file is a link into <c>..data</c>, which is a link that is swapped whole.</summary>
internal sealed class MountedSecret : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("mounted");
    private int _versions;

    public MountedSecret(string? content = null)
    {
        if (content is not null)
        {
            Swap(content);
            File.CreateSymbolicLink(Path, System.IO.Path.Combine("..data", "token"));
        }
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "token");

    /// <summary>Replaces the content as the kubelet does: at once, and without touching the file's own name.</summary>
    public void Swap(string content)
    {
        var version = $"..version{Interlocked.Increment(ref _versions)}";
        var folder = _folder.CreateSubdirectory(version);
        File.WriteAllText(System.IO.Path.Combine(folder.FullName, "token"), content);
        var next = System.IO.Path.Combine(_folder.FullName, "..data_tmp");
        Directory.CreateSymbolicLink(next, version);

        // The framework refuses to rename over a link to a folder.
        using var move = Process.Start("mv", ["-f", "-T", next, System.IO.Path.Combine(_folder.FullName, "..data")]);
        move.WaitForExit();
        Assert.Equal(0, move.ExitCode);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
