using System.Text.RegularExpressions;
using NotionGateway.Hosting.Listeners;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>Every page can be found, and the page for air-gapped users knows every address.</summary>
public sealed partial class DocumentIndexTests
{
    [Fact]
    public void Every_page_and_decision_is_in_the_index()
    {
        var folder = Repository.PathOf("docs");
        var pages = Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories)
            .Select(path => Path.GetRelativePath(folder, path).Replace('\\', '/'))
            .Where(page => page != "README.md")
            .ToList();
        var linked = Links().Matches(Repository.Read("docs", "README.md")).Select(link => link.Groups["target"].Value);
        Assert.NotEmpty(pages);
        Assert.Empty(pages.Except(linked));
    }

    /// <summary>The page with all settings has all of them: <see cref="DocumentationTests"/> compares it with the program.</summary>
    [Fact]
    public void Every_setting_that_holds_an_address_is_on_the_page_for_air_gapped_users()
    {
        var page = Repository.Read("docs", "air-gapped.md");
        var settings = AddressSettings().Matches(Repository.Read("docs", "configuration.md")).Select(row => row.Groups["path"].Value)
            .Select(path => path.EndsWith(":VaultUri") ? "VaultUri" : path) // Every secret can be in a vault: one row for all of them.
            .ToList();
        string[] known = ["Gateway:Forwarding:Upstream", "Gateway:OAuth:Store:ConnectionString", "Gateway:Shared:Redis:Endpoints[]", "VaultUri"];
        Assert.Empty(known.Except(settings));
        Assert.All(settings, setting => Assert.Contains($"`{setting}`", page));
    }

    [Fact]
    public void Every_listener_is_on_the_page_for_air_gapped_users()
    {
        var page = Repository.Read("docs", "air-gapped.md");
        Assert.All(Listener.All, listener => Assert.Contains($"`Kestrel:Endpoints:{listener.Name}:Url`", page));
    }

    /// <summary>The rows whose setting is called as settings with an address are.</summary>
    [GeneratedRegex(
        @"^\| `(?<path>Gateway:[^`]*:(\w*Uri|\w*Uris\[\]|\w*Url|Upstream|Proxy|Endpoints\[\]|ConnectionString|Issuers\[\]))` \|",
        RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex AddressSettings();

    [GeneratedRegex(@"\]\((?!http)(?<target>[^)#]+)(#[^)]*)?\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Links();
}
