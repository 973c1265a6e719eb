using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class ConnectTargetTests
{
    [Theory]
    [InlineData("GET", "/connect/abc", "Link", "abc", null)]
    [InlineData("POST", "/connect/abc", "Begin", "abc", null)]
    [InlineData("PUT", "/connect/abc", "Link", "", "GET, POST")]
    [InlineData("HEAD", "/connect/abc", "Link", "", "GET, POST")]
    [InlineData("get", "/connect/abc", "Link", "", "GET, POST")]
    [InlineData("GET", "/callback", "Callback", "", null)]
    [InlineData("POST", "/callback", "Callback", "", "GET")]
    [InlineData("GET", "/connected/1", "Connected", "1", null)]
    [InlineData("GET", "/ended/link-used", "Ended", "link-used", null)]
    [InlineData("GET", "/callback/", "Unlisted", "", null)]
    [InlineData("GET", "/Callback", "Unlisted", "", null)]
    [InlineData("GET", "/CONNECT/abc", "Unlisted", "", null)]
    [InlineData("GET", "//connect/abc", "Unlisted", "", null)]
    [InlineData("POST", "/", "Unlisted", "", null)]
    [InlineData("OPTIONS", "", "Unlisted", "", null)]
    public void Method_and_path_say_which_page_is_meant(string method, string path, string route, string argument, string? allow)
    {
        var target = ConnectTarget.Of(method, path);
        Assert.Equal((route, argument, allow), (target.Route.ToString(), target.Argument, target.Allow));
        Assert.DoesNotContain("abc", target.ToString());
    }

    [Theory]
    [InlineData("https://connect.example.com", "https://connect.example.com/callback")]
    [InlineData("https://connect.example.com:8443/", "https://connect.example.com:8443/callback")]
    public void Notion_sends_people_back_to_the_configured_address(string publicUrl, string callback) =>
        Assert.Equal(callback, ConnectTarget.CallbackUrl(new ConnectAddress(new Uri(publicUrl))));
}
