using Microsoft.Extensions.Time.Testing;
using NotionGateway.Webhooks;

namespace NotionGateway.UnitTests.Webhooks;

/// <summary>The token that Notion sends is held for a while and shown once.</summary>
public sealed class WebhookSetupTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly WebhookSetup _setup;

    public WebhookSetupTests() => _setup = new WebhookSetup(_time);

    [Fact]
    public void It_is_shown_once()
    {
        Assert.True(_setup.TryHold("site", "secret_1"));
        Assert.Null(_setup.Take("other"));
        Assert.Equal("secret_1", _setup.Take("site"));
        Assert.Null(_setup.Take("site"));
    }

    [Fact]
    public void A_second_one_does_not_replace_it()
    {
        Assert.True(_setup.TryHold("site", "secret_1"));
        Assert.False(_setup.TryHold("site", "secret_2"));
        Assert.Equal("secret_1", _setup.Take("site"));
        Assert.True(_setup.TryHold("site", "secret_3"));
    }

    [Fact]
    public void It_is_forgotten_after_a_quarter_of_an_hour()
    {
        Assert.True(_setup.TryHold("site", "secret_1"));
        _time.Advance(WebhookSetup.Held);
        Assert.True(_setup.TryHold("site", "secret_2"));
        _time.Advance(WebhookSetup.Held);
        Assert.Null(_setup.Take("site"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("line\nbreak")]
    public void What_cannot_be_a_token_is_not_held(string text) => Assert.False(_setup.TryHold("site", text));

    [Fact]
    public void A_long_text_is_not_held() => Assert.False(_setup.TryHold("site", new string('a', 257)));
}
