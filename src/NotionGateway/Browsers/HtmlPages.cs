using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;

namespace NotionGateway.Browsers;

/// <summary>Renders Razor components to HTML, once and on the server: no component lives longer than the response that it is rendered for.</summary>
internal sealed class HtmlPages(IServiceProvider services, ILoggerFactory loggers)
{
    public async Task<string> RenderAsync(RenderFragment content)
    {
        await using var renderer = new HtmlRenderer(services, loggers);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var parameters = ParameterView.FromDictionary(new Dictionary<string, object?>(StringComparer.Ordinal) { [nameof(Rendered.Content)] = content });
            return (await renderer.RenderComponentAsync<Rendered>(parameters)).ToHtmlString();
        });
    }

    /// <summary>A component that takes what it shows from <see cref="With"/>.</summary>
    public static RenderFragment Of<TComponent>()
        where TComponent : IComponent => static builder =>
    {
        builder.OpenComponent<TComponent>(0);
        builder.CloseComponent();
    };

    /// <summary>Gives every component in the content a model: as a cascading value, since components are public types, whose parameters must be too.</summary>
    public static RenderFragment With<TModel>(TModel model, RenderFragment content) => builder =>
    {
        builder.OpenComponent<CascadingValue<TModel>>(0);
        builder.AddComponentParameter(1, nameof(CascadingValue<>.Value), model);
        builder.AddComponentParameter(2, nameof(CascadingValue<>.IsFixed), true);
        builder.AddComponentParameter(3, nameof(CascadingValue<>.ChildContent), content);
        builder.CloseComponent();
    };

    /// <summary>The component that everything else is rendered in.</summary>
    private sealed class Rendered : ComponentBase
    {
        [Parameter]
        public RenderFragment? Content { get; set; }

        protected override void BuildRenderTree(Microsoft.AspNetCore.Components.Rendering.RenderTreeBuilder builder) => builder.AddContent(0, Content);
    }
}
