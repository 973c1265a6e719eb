using System.Buffers.Text;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.UnitTests.Access.Identities.Keys;

/// <summary>Keys from a file, and all that goes wrong before a server is asked. What a server answers is tested with one.</summary>
public sealed class KeySourceTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("keys");

    private string KeysFile => Path.Combine(_folder.FullName, "keys.json");

    [Theory]
    [InlineData(0, true)]
    [InlineData(256 * 1024, true)]
    [InlineData((256 * 1024) + 1, false)]
    public async Task A_file_of_256_KiB_is_read_and_a_longer_one_is_rejected(int length, bool isRead)
    {
        await File.WriteAllBytesAsync(KeysFile, new byte[length]);
        var reading = await ReadAsync(InFile());

        Assert.Equal(isRead ? length : null, reading.Document?.Length);
        Assert.Equal(isRead ? null : "the document has more than 256 KiB", reading.Problem);
        Assert.Equal(!isRead, reading.WasAnswered);
    }

    [Fact]
    public async Task A_file_that_somebody_else_has_open_is_read()
    {
        await File.WriteAllTextAsync(KeysFile, "{}");
        await using var other = File.OpenRead(KeysFile);
        Assert.Equal("{}"u8.ToArray(), (await ReadAsync(InFile())).Document);
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_is_a_folder_cannot_be_read()
    {
        Assert.Equal(KeyReading.Unreached("the file cannot be read"), await ReadAsync(InFile()));
        Directory.CreateDirectory(KeysFile);
        Assert.Equal(KeyReading.Unreached("the file cannot be read"), await ReadAsync(InFile()));
    }

    [Fact]
    public async Task Outside_of_a_cluster_there_is_no_API_server() => Assert.Equal(
        KeyReading.Unreached("KUBERNETES_SERVICE_HOST is not set: the gateway does not run in a cluster"),
        await new KeySource(InCluster(), new PodAccount(new FakeEnvironment()), new FakeTimeProvider()).ReadAsync());

    [Theory]
    [InlineData(null)]
    [InlineData("tökén")]
    public async Task A_pod_without_a_readable_token_is_told_to_mount_one(string? token)
    {
        const string Problem = "the pod has no token of its own: mount one, in the chart with identities.kubernetes.enabled";
        Write("token", token);
        Assert.Equal(KeyReading.Unreached(Problem), await ReadAsync(InCluster()));
    }

    [Fact]
    public async Task A_token_that_is_a_folder_is_no_token()
    {
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "token"));
        Assert.Contains("no token of its own", (await ReadAsync(InCluster())).Problem);
    }

    [Fact]
    public async Task A_token_without_an_issuer_is_not_shown_to_anybody()
    {
        Write("token", $"a.{Base64Url.EncodeToString("{}"u8)}.c");
        Assert.Equal(KeyReading.Unreached("the pod's own token does not name its issuer"), await ReadAsync(InCluster()));
    }

    [Theory]
    [InlineData(null, "the connection failed, or CaFile cannot be read")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "CaFile has no certificate that can be read")]
    public async Task Without_the_authoritys_file_nothing_is_asked_and_the_clusters_issuer_is_known_all_the_same(string? authority, string problem)
    {
        Write("token", new TestIssuer(TimeProvider.System).Token("ES256", "p256"));
        Write("ca.crt", authority);
        Assert.Equal(KeyReading.Unreached(problem) with { Issuer = TestIssuer.Value }, await ReadAsync(InCluster()));

        var address = InFile() with { File = null, Address = new Uri("https://keys.example"), CaFile = Path.Combine(_folder.FullName, "ca.crt") };
        Assert.Equal(KeyReading.Unreached(problem), await ReadAsync(address));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static KeyPlace InCluster() => TokenScene.Corp().Place with { InCluster = true, Address = null };

    private KeyPlace InFile() => TokenScene.Corp().Place with { Address = null, File = KeysFile };

    private void Write(string name, string? content)
    {
        if (content is not null)
        {
            File.WriteAllText(Path.Combine(_folder.FullName, name), content);
        }
    }

    private Task<KeyReading> ReadAsync(KeyPlace place)
    {
        var environment = new FakeEnvironment { ["KUBERNETES_SERVICE_HOST"] = "192.0.2.1", ["KUBERNETES_SERVICE_PORT"] = "443" };
        return new KeySource(place, new PodAccount(environment, _folder.FullName), new FakeTimeProvider()).ReadAsync();
    }
}
