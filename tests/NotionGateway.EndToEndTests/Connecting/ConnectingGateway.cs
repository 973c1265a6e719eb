using System.Text.RegularExpressions;
using Microsoft.Data.Sqlite;
using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.Connections;
using NotionSandbox.OAuth;

namespace NotionGateway.EndToEndTests.Connecting;

/// <summary>The published program with the pages for people open, a Notion sandbox behind it, and an operator who makes links.</summary>
internal sealed partial class ConnectingGateway : IAsyncDisposable
{
    private readonly string _folder;
    private readonly (string Name, string Value)[] _operator;

    private ConnectingGateway(SandboxServer notion, RunningProgram program, Uri publicUrl, string folder, (string, string)[] asOperator) =>
        (Notion, Program, PublicUrl, _folder, _operator) = (notion, program, publicUrl, folder, asOperator);

    public SandboxServer Notion { get; }

    public RunningProgram Program { get; }

    /// <summary>For the browser another site than Notion, though it is the same machine.</summary>
    public Uri PublicUrl { get; }

    public string Callback => new Uri(PublicUrl, "/callback").AbsoluteUri;

    public static async Task<ConnectingGateway> StartAsync(string scheme)
    {
        var folder = Directory.CreateTempSubdirectory("notion-gateway-connecting-").FullName;
        var (connect, operators) = (FreePort.Next(), $"http://127.0.0.1:{FreePort.Next()}");
        var publicUrl = new Uri($"{scheme}://localhost:{connect}");
        var notion = await SandboxServer.StartAsync(new SandboxOptions
        {
            OAuthApps = [new OAuthAppSettings("CRM") { RedirectUris = [new Uri(publicUrl, "/callback").AbsoluteUri] }],
        });
        (string, string)[] certificate = scheme == "https"
            ? [("Kestrel__Endpoints__Connect__Certificate__Path", await CertificateAsync(folder)),
                ("Kestrel__Endpoints__Connect__Certificate__KeyPath", Path.Combine(folder, "key.pem"))]
            : [];
        var app = notion.OAuth.Apps["CRM"];
        var program = await RunningProgram.StartAsync(
            [],
            [
                .. RunningProgram.Unhurried, .. certificate,
                ("NOTION_TOKEN", ConnectionSettings.DemoToken), ("GATEWAY_KEY", The.Key), ("CLIENT_SECRET", app.ClientSecret),
                ("ENCRYPTION_KEY", The.EncryptionKey),
                ("Gateway__Forwarding__Upstream", notion.BaseUrl.GetLeftPart(UriPartial.Authority)), ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
                ("Gateway__Access__Callers__default__Credentials__0", "crm/*"),
                ("Gateway__OAuth__Apps__crm__ClientId", app.ClientId),
                ("Gateway__OAuth__Apps__crm__ClientSecret__Source", "Environment"), ("Gateway__OAuth__Apps__crm__ClientSecret__Variable", "CLIENT_SECRET"),
                ("Gateway__OAuth__PublicUrl", publicUrl.GetLeftPart(UriPartial.Authority)), ("Gateway__OAuth__Store__Path", Path.Combine(folder, "grants.db")),
                ("Gateway__OAuth__EncryptionKey__Source", "Environment"), ("Gateway__OAuth__EncryptionKey__Variable", "ENCRYPTION_KEY"),
                ("Gateway__Operator__KeyHashes__0", KeyDigest.Of(The.OperatorKey).ToString()), ("Kestrel__Endpoints__Operator__Url", operators),
                ("Kestrel__Endpoints__Connect__Url", $"{scheme}://127.0.0.1:{connect}"),
            ]);
        return new ConnectingGateway(notion, program, publicUrl, folder, [("GATEWAY_OPERATOR_KEY", The.OperatorKey), ("OPERATOR_URL", operators)]);
    }

    /// <summary>A link from the operator's own command.</summary>
    public async Task<string> LinkAsync(string name)
    {
        var (exitCode, output) = await RunningProgram.RunAsync(
            Published.Program, ["connect", "new", "--app", "crm", "--name", name, "--url", _operator[1].Value], _operator[0]);
        Assert.True(exitCode == 0, output);
        return Link().Match(output).Value;
    }

    /// <summary>Makes all existing links old, directly in the database: the shortest that an operator can make lives a minute.</summary>
    public async Task ExpireLinksAsync()
    {
        await using var store = new SqliteConnection($"Data Source={Path.Combine(_folder, "grants.db")};Pooling=False");
        await store.OpenAsync();
        await using var command = store.CreateCommand();
        command.CommandText = "UPDATE connect_links SET expires_at = 1";
        Assert.NotEqual(0, await command.ExecuteNonQueryAsync());
    }

    /// <summary>The bot that a caller with this grant is at Notion.</summary>
    public async Task<string> WhoAmIAsync(string grant)
    {
        using var client = new HttpClient
        {
            BaseAddress = Program.Data,
            DefaultRequestHeaders = { { "Authorization", $"Bearer {The.Key}" }, { "Notion-Gateway-Credential", grant } },
        };
        return await client.GetStringAsync("/v1/users/me");
    }

    public async ValueTask DisposeAsync()
    {
        await Program.DisposeAsync();
        await Notion.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<string> CertificateAsync(string folder)
    {
        var path = Path.Combine(folder, "certificate.pem");
        var (exitCode, output) = await RunningProgram.RunAsync(
            "openssl",
            ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", Path.Combine(folder, "key.pem"), "-out", path,
                "-days", "1", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]);
        Assert.True(exitCode == 0, output);
        return path;
    }

    [GeneratedRegex(@"https?://\S+/connect/\w+")]
    private static partial Regex Link();
}
