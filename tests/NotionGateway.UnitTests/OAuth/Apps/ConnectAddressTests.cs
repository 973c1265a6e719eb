using NotionGateway.OAuth.Apps;

namespace NotionGateway.UnitTests.OAuth.Apps;

public sealed class ConnectAddressTests
{
    [Theory]
    [InlineData("https://connect.example.com", "https://connect.example.com/connect/abc")]
    [InlineData("https://connect.example.com/", "https://connect.example.com/connect/abc")]
    [InlineData("http://127.0.0.1:8083", "http://127.0.0.1:8083/connect/abc")]
    public void A_link_stands_under_the_public_address(string publicUrl, string link) =>
        Assert.Equal(link, new ConnectAddress(new Uri(publicUrl)).LinkFor("abc"));
}
