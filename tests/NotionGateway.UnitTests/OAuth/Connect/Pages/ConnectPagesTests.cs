using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Browsers;
using NotionGateway.OAuth.Connect;
using NotionGateway.OAuth.Connect.Pages;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.OAuth.Connect.Pages;

public sealed partial class ConnectPagesTests
{
    private static readonly DateTimeOffset Until = new(2026, 5, 3, 16, 5, 9, TimeSpan.FromHours(2));

    private static readonly HtmlPages Html = new(new ServiceCollection().BuildServiceProvider(), NullLoggerFactory.Instance);

    private static IEnumerable<ConnectPage> Pages =>
    [
        .. ConnectOutcome.All.Select(ending => ending.ToPage()),
        ConnectPages.Link(new CredentialName("crm/acme"), Until),
        ConnectPages.Connected(Some.Grant("crm/acme")),
        ConnectPages.Cancelled(Until),
        ConnectPages.NotFound,
        ConnectPages.Refused,
        CallbackError.PageFor("server_error"),
    ];

    [Fact]
    public Task Every_page_is_whole_and_needs_nothing_from_elsewhere() => Assert.AllAsync(Pages, async page =>
    {
        var html = await RenderAsync(page);
        Assert.StartsWith("<!doctype html>\n<html lang=\"en\">", html);
        Assert.Contains("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">", html);
        Assert.Single(Headings().Matches(html));
        Assert.Matches("<title>[^<]+</title>", html);
        Assert.DoesNotMatch("<(script|img|link|iframe|a)\\b|\\bon\\w+=|url\\(|src=|href=|style=|http", html);
        var style = Assert.Single(Styles().Matches(html)).Groups["text"].Value;
        Assert.Equal($"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(style)))}'", ConnectStyle.Hash);
    });

    [Fact]
    public async Task What_people_have_typed_at_Notion_is_text_and_not_markup()
    {
        var html = await RenderAsync(ConnectPages.Connected(
            Some.Grant("crm/acme") with { WorkspaceName = "<b>\"A\" & 'B'</b>", Owner = "</dd><script>alert(1)</script>\u202Egpj.exe" }));

        Assert.Contains("<dd><bdi>&lt;b&gt;&quot;A&quot; &amp; &#x27;B&#x27;&lt;/b&gt;</bdi></dd>", html);
        Assert.Contains("<dd><bdi>&lt;/dd&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#x202E;gpj.exe</bdi></dd>", html);
    }

    [Fact]
    public async Task A_workspace_without_a_name_and_an_owner_without_one_are_shown_all_the_same()
    {
        var html = await RenderAsync(ConnectPages.Connected(Some.Grant("crm/acme") with { WorkspaceName = null, Owner = null }));
        Assert.Contains("(without a name)", html);
        Assert.DoesNotContain("Allowed by", html);
    }

    [Fact]
    public async Task The_link_page_says_what_for_and_until_when_and_has_one_button()
    {
        var html = await RenderAsync(ConnectPages.Link(new CredentialName("crm/acme"), Until));
        Assert.Contains("<h1>Connect Notion as crm/acme</h1>", html);
        Assert.Contains("<time datetime=\"2026-05-03T14:05Z\">3 May 2026, 14:05 UTC</time>", html);

        // Without an address of its own the form is sent to the page's own address: the link's secret is not in it.
        Assert.Contains("<form method=\"post\"><button>Continue to Notion</button></form>", html);
        Assert.DoesNotContain("<input", html);
    }

    [Fact]
    public void An_ending_is_found_by_its_place_in_the_address_only()
    {
        Assert.All(ConnectOutcome.All, ending => Assert.Matches("^[a-z]+(-[a-z]+)*$", ending.Slug));
        Assert.All(ConnectOutcome.All, ending => Assert.Same(ending, ConnectOutcome.Find(ending.Slug)));
        Assert.Null(ConnectOutcome.Find("LINK-USED"));
        Assert.Null(ConnectOutcome.Find(""));
        Assert.Equal(ConnectOutcome.All.Count, ConnectOutcome.All.DistinctBy(ending => ending.Slug).Count());
    }

    [Theory]
    [InlineData("invalid_scope", "invalid_scope", "the configuration of this app")]
    [InlineData("temporarily_unavailable", "temporarily_unavailable", "temporarily unavailable")]
    [InlineData("<script>", "unknown_error", "did not approve the connection")]
    [InlineData("a\r\nb", "unknown_error", "did not approve the connection")]
    public async Task An_error_is_told_in_our_own_words(string error, string word, string text)
    {
        Assert.Equal(word, CallbackError.WordFor(error));
        Assert.Contains(text, await RenderAsync(CallbackError.PageFor(error)));
        Assert.Equal(400, CallbackError.PageFor(error).Status);
    }

    [Fact]
    public void Answers_do_not_print_what_they_carry()
    {
        var response = ConnectResponse.SendToNotion("https://api.notion.com/v1/oauth/authorize?state=secret", "cookie");
        Assert.Equal("303 sent_to_notion", response.ToString());
    }

    private static Task<string> RenderAsync(ConnectPage page) => Html.RenderAsync(page.Content);

    [GeneratedRegex("<h1>")]
    private static partial Regex Headings();

    [GeneratedRegex("<style>(?<text>.*?)</style>", RegexOptions.Singleline | RegexOptions.ExplicitCapture)]
    private static partial Regex Styles();
}
