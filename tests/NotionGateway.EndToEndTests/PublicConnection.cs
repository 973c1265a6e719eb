using NotionGateway.TestKit;
using NotionSandbox;
using NotionSandbox.OAuth;

namespace NotionGateway.EndToEndTests;

/// <summary>A pretend Notion with one public connection, and the settings of a program in front of it.</summary>
internal static class PublicConnection
{
    public const string RedirectUri = "https://crm.example.com/notion/back";

    public static Task<SandboxServer> StartNotionAsync() =>
        SandboxServer.StartAsync(new SandboxOptions { OAuthApps = [new OAuthAppSettings("CRM") { RedirectUris = [RedirectUri] }] });

    public static (string Name, string Value)[] Settings(SandboxServer notion, string folder) =>
    [
        .. RunningProgram.Unhurried,
        ("Gateway__Forwarding__Upstream", notion.BaseUrl.GetLeftPart(UriPartial.Authority)),
        ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
        ("Gateway__Access__Callers__crm__KeyHashes__0", KeyDigest.Of(The.Key).ToString()),
        ("Gateway__Access__Callers__crm__Permissions__0", "read"),
        ("Gateway__Access__Callers__crm__Permissions__1", "oauth:crm"),
        ("Gateway__OAuth__Apps__crm__ClientId", notion.OAuth.Apps["CRM"].ClientId),
        ("Gateway__OAuth__Apps__crm__ClientSecret__Source", "Environment"),
        ("Gateway__OAuth__Apps__crm__ClientSecret__Variable", "CRM_CLIENT_SECRET"),
        ("CRM_CLIENT_SECRET", notion.OAuth.Apps["CRM"].ClientSecret),
        ("Gateway__OAuth__Apps__crm__RedirectUris__0", RedirectUri),
        ("Gateway__OAuth__PublicUrl", "https://connect.example.com"),
        ("Gateway__OAuth__Store__Path", Path.Combine(folder, "grants.db")),
        ("Gateway__OAuth__EncryptionKey__Source", "Environment"),
        ("Gateway__OAuth__EncryptionKey__Variable", "GRANTS_KEY"),
        ("GRANTS_KEY", The.EncryptionKey),
        ("Kestrel__Endpoints__Connect__Url", $"http://127.0.0.1:{FreePort.Next()}"),
    ];
}
