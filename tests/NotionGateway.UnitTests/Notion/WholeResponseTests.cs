using NotionGateway.Notion;

namespace NotionGateway.UnitTests.Notion;

public sealed class WholeResponseTests
{
    [Fact]
    public void Its_memory_is_given_back_once_nobody_holds_it()
    {
        var givenBack = 0;
        var response = new WholeResponse(200, [], new byte[3], () => givenBack++);
        Assert.True(response.TryHold());
        response.Release();
        Assert.Equal(0, givenBack);
        response.Release();
        Assert.Equal(1, givenBack);
        Assert.False(response.TryHold());
        Assert.Equal(1, givenBack);
    }

    [Fact]
    public void Headers_are_found_whatever_their_case()
    {
        var response = new WholeResponse(200, [new("ETag", "\"a\"")], default, () => { });
        Assert.Equal(("\"a\"", null), (response.Header("etag"), response.Header("Age")));
    }
}
