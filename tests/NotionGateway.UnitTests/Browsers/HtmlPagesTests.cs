using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Browsers;

namespace NotionGateway.UnitTests.Browsers;

public sealed class HtmlPagesTests
{
    private readonly HtmlPages _pages = new(new ServiceCollection().BuildServiceProvider(), NullLoggerFactory.Instance);

    [Fact]
    public async Task A_component_gets_its_model_and_text_is_no_markup() =>
        Assert.Equal("<p>&lt;b&gt;&quot;x&quot;&lt;/b&gt;</p>", await _pages.RenderAsync(HtmlPages.With("<b>\"x\"</b>", HtmlPages.Of<Greeting>())));

    private sealed class Greeting : ComponentBase
    {
        [CascadingParameter]
        public string Model { get; set; } = "";

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder)
        {
            builder.OpenElement(0, "p");
            builder.AddContent(1, Model);
            builder.CloseElement();
        }
    }
}
