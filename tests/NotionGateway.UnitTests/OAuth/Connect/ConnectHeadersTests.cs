using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect;
using NotionGateway.OAuth.Connect.Pages;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class ConnectHeadersTests
{
    private static readonly ConnectPage LinkPage = ConnectPages.Link(new CredentialName("crm/acme"), DateTimeOffset.UnixEpoch);

    [Theory]
    [InlineData("https://api.notion.com", "'self' https:")]
    [InlineData("http://127.0.0.1:4000", "'self' http://127.0.0.1:4000")]
    public void Only_the_page_with_the_button_may_send_a_form_and_only_on_the_way_to_Notion(string upstream, string formAction)
    {
        var headers = new ConnectHeaders(new ConnectAddress(new Uri("https://connect.example.com")), new Uri(upstream));

        Assert.Equal($"default-src 'none'; style-src {ConnectStyle.Hash}; form-action {formAction}; base-uri 'none'; frame-ancestors 'none'",
            PolicyOf(headers, LinkPage));
        Assert.Contains("form-action 'none'", PolicyOf(headers, ConnectPages.NotFound));
        Assert.Contains("form-action 'none'", PolicyOf(headers, null));
    }

    [Theory]
    [InlineData("https://connect.example.com", true, "__Host-notion-connect")]
    [InlineData("http://localhost:8083", false, "notion-connect")]
    public void What_depends_on_https_is_there_with_https(string publicUrl, bool isHttps, string cookie)
    {
        var address = new ConnectAddress(new Uri(publicUrl));
        var names = new ConnectHeaders(address, new Uri("https://api.notion.com")).For(null).Select(header => header.Key);

        Assert.Equal(isHttps, names.Contains("Strict-Transport-Security"));
        Assert.Equal(new ConnectCookie(cookie, isHttps), ConnectCookie.For(address));
    }

    private static string PolicyOf(ConnectHeaders headers, ConnectPage? page) =>
        headers.For(page).Single(header => header.Key == "Content-Security-Policy").Value;
}
