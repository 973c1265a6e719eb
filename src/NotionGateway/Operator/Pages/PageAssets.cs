using NotionGateway.Operator.Pages.Views;

namespace NotionGateway.Operator.Pages;

/// <summary>The style and the script of the page: files in this program, and nothing from elsewhere.</summary>
internal sealed class PageAssets
{
    private readonly byte[] _style = Read("page.css");
    private readonly byte[] _script = Read("page.js");

    /// <summary>The file with this path; null if it is none.</summary>
    public PageResponse? Find(string path) => path switch
    {
        PagePaths.Style => PageResponse.File("text/css; charset=utf-8", _style),
        PagePaths.Script => PageResponse.File("text/javascript; charset=utf-8", _script),
        _ => null,
    };

    private static byte[] Read(string name)
    {
        using var file = typeof(PageAssets).Assembly.GetManifestResourceStream($"NotionGateway.Operator.Pages.Assets.{name}")
            ?? throw new InvalidOperationException($"The program lacks its file {name}.");
        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return bytes.ToArray();
    }
}
