using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect;

namespace NotionGateway.UnitTests.OAuth.Connect;

public sealed class ConsentOriginTests
{
    [Theory]
    [InlineData("null", "same-origin", true)]
    [InlineData("", "same-origin", true)]
    [InlineData(null, "same-origin", true)]
    [InlineData("https://connect.example.com", "same-origin", true)]
    [InlineData("https://connect.example.com", null, true)]
    [InlineData("https://connect.example.com", "", true)]
    [InlineData("https://connect.example.com", "cross-site", false)]
    [InlineData("https://connect.example.com", "none", false)]
    [InlineData("https://connect.example.com:444", null, false)]
    [InlineData("http://connect.example.com", null, false)]
    [InlineData("https://connect.example.com.evil.example", null, false)]
    [InlineData("https://connect.example.com, https://evil.example", null, false)]
    [InlineData("https://evil.example", "same-origin", false)]
    [InlineData("null", "same-site", false)]
    [InlineData("null", "same-origin, cross-site", false)]
    [InlineData("null", null, false)]
    [InlineData(null, null, false)]
    public void The_button_counts_as_pressed_on_our_page_if_the_browser_says_so(string? origin, string? fetchSite, bool isOurs) =>
        Assert.Equal(isOurs, new ConsentOrigin(new ConnectAddress(new Uri("https://connect.example.com/"))).IsOurs(origin, fetchSite));
}
