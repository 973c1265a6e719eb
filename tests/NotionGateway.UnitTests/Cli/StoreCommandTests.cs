using NotionGateway.Cli;
using NotionGateway.TestKit;
using NotionGateway.UnitTests.OAuth.Sealing;
using NotionGateway.UnitTests.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.Cli;

public sealed class StoreCommandTests : IDisposable
{
    private readonly SqliteFolder _folder = new();
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly FakeEnvironment _environment;

    public StoreCommandTests() => _environment = new FakeEnvironment
    {
        ["NOTION_TOKEN"] = The.NotionToken,
        ["GATEWAY_KEY"] = The.Key,
        ["Gateway__OAuth__Apps__crm__ClientId"] = "client",
        ["Gateway__OAuth__Apps__crm__ClientSecret__Source"] = "Environment",
        ["Gateway__OAuth__Apps__crm__ClientSecret__Variable"] = "SECRET",
        ["Gateway__OAuth__PublicUrl"] = "https://connect.example.com",
        ["Gateway__OAuth__Store__Path"] = _folder.FilePath,
        ["Gateway__OAuth__EncryptionKey__Source"] = "Environment",
        ["Gateway__OAuth__EncryptionKey__Variable"] = "KEY",
        ["Gateway__OAuth__PreviousEncryptionKey__Source"] = "Environment",
        ["Gateway__OAuth__PreviousEncryptionKey__Variable"] = "OLD_KEY",
        ["KEY"] = SealedStore.OtherKey,
        ["OLD_KEY"] = SealedStore.Key,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rewrap_brings_the_ring_under_the_new_key_while_a_gateway_runs()
    {
        using var running = await SealedStore.OpenAsync(_folder.FilePath, SealedStore.Key, previous: SealedStore.OtherKey);
        var grant = running.Seal(Grant("crm/acme"), "ntn_token", null, "{}");
        await running.Store.AddAsync(grant, Stop);

        Assert.Equal(ExitCode.Done, await RunAsync("store", "rewrap"));
        Assert.StartsWith("Elements of the key ring that are encrypted with the current key now: 2.", _output.ToString());

        await running.Guard.VerifyAsync(Stop);
        Assert.Equal("ntn_token", running.AccessTokenOf((await running.Store.FindAsync(grant.Name, Stop))!));
        using var later = await SealedStore.OpenAsync(_folder.FilePath, SealedStore.OtherKey);
        await later.Guard.VerifyAsync(Stop);
        Assert.Equal("ntn_token", later.AccessTokenOf((await later.Store.FindAsync(grant.Name, Stop))!));
    }

    [Fact]
    public async Task Rewrap_says_so_when_there_is_nothing_to_do()
    {
        (await SealedStore.OpenAsync(_folder.FilePath, SealedStore.OtherKey)).Dispose();
        Assert.Equal(ExitCode.Done, await RunAsync("store", "rewrap"));
        Assert.StartsWith("Nothing to do", _output.ToString());
    }

    [Fact]
    public async Task Rewrap_of_a_file_that_no_gateway_has_used_is_refused_and_creates_nothing()
    {
        Assert.Equal(ExitCode.Failed, await RunAsync("store", "rewrap"));
        Assert.Contains("The file and its folder must exist", _error.ToString());
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Folder));

        await File.WriteAllBytesAsync(_folder.FilePath, [], Stop);
        Assert.Equal(ExitCode.Failed, await RunAsync("store", "rewrap"));
        Assert.Contains("does not have the tables that are expected", _error.ToString());
        Assert.Equal(0, new FileInfo(_folder.FilePath).Length);
        Assert.Equal("", _output.ToString());
    }

    [Fact]
    public async Task Rewrap_with_neither_of_the_right_keys_changes_nothing()
    {
        (await SealedStore.OpenAsync(_folder.FilePath, "yet-another-encryption-key-of-32-characters")).Dispose();
        Assert.Equal(ExitCode.Failed, await RunAsync("store", "rewrap"));
        Assert.Contains("is encrypted with a different key", _error.ToString());
    }

    [Fact]
    public async Task Rewrap_with_a_key_that_cannot_be_read_fails()
    {
        _environment["OLD_KEY"] = null!;
        Assert.Equal(ExitCode.Failed, await RunAsync("store", "rewrap"));
        Assert.Contains("OLD_KEY is not set", _error.ToString());
    }

    [Fact]
    public async Task Rewrap_without_a_store_or_with_a_wrong_configuration_is_a_mistake_of_configuration()
    {
        _environment["Gateway__OAuth__PublicUrl"] = "nowhere";
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("store", "rewrap"));
        Assert.Equal(ExitCode.Misconfigured, await GatewayCommands.InvokeAsync(
            ["store", "rewrap"], new FakeEnvironment { ["NOTION_TOKEN"] = The.NotionToken, ["GATEWAY_KEY"] = The.Key }, _output, _error));
        Assert.Contains("There is no grant store", _error.ToString());
    }

    [Fact]
    public async Task Settings_of_other_sections_and_what_they_name_need_not_be_there()
    {
        (await SealedStore.OpenAsync(_folder.FilePath, SealedStore.OtherKey)).Dispose();
        (_environment["GATEWAY_KEY"], _environment["NOTION_TOKEN"]) = (null!, null!);
        _environment["Gateway__Shared__Redis__Endpoints__0"] = "redis:6379";
        _environment["Gateway__Shared__Redis__CaFile"] = "/no/such/ca.pem";
        _environment["Gateway__Access__ClientCertificates__TrustedCaFile"] = "/no/such/ca.pem";
        _environment["Gateway__Forwarding__ExtraCaFile"] = "/no/such/ca.pem";
        _environment["Gateway__FlowControl__Plans__Large__WindowLimit"] = "900";
        _environment["Gateway__OAuth__Apps__crm__Plan"] = "Large";
        Assert.Equal((ExitCode.Done, ""), (await RunAsync("store", "rewrap"), _error.ToString()));

        _environment["Gateway__OAuth__Apps__crm__Plan"] = "Small";
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("store", "rewrap"));
        Assert.StartsWith("The configuration has an error:", _error.ToString());
        Assert.Contains("Gateway:OAuth:Apps:crm:Plan", _error.ToString());
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_is_the_only_error()
    {
        Assert.Equal(ExitCode.Misconfigured, await RunAsync("store", "rewrap", "--config", "/no/such/gateway.json"));
        Assert.Equal($"The configuration has an error:{Environment.NewLine}  /no/such/gateway.json: there is no such file", _error.ToString().TrimEnd());
    }

    [Fact]
    public async Task The_help_names_both_keys()
    {
        Assert.Equal(ExitCode.Done, await RunAsync("store", "rewrap", "--help"));
        Assert.Contains("PreviousEncryptionKey", _output.ToString());
    }

    private Task<int> RunAsync(params string[] args) => GatewayCommands.InvokeAsync(args, _environment, _output, _error);
}
