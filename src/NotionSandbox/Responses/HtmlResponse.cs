using System.Buffers;
using System.Text;

namespace NotionSandbox.Responses;

/// <summary>What the edge in front of Notion sends on its own behalf.</summary>
internal sealed class HtmlResponse(string html) : SandboxResponse
{
    public override string ContentType => "text/html; charset=UTF-8";

    public static HtmlResponse BadGateway { get; } = new(
        "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
        + "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n")
    {
        Status = 502,
    };

    public static HtmlResponse Blocked { get; } = new(
        "<!DOCTYPE html>\n<html lang=\"en-US\">\n<head><title>Attention Required! | Cloudflare</title></head>\n"
        + "<body><h1>Sorry, you have been blocked</h1><p>You are unable to access notion.com</p></body>\n</html>\n")
    {
        Status = 403,
    };

    public override void Render(IBufferWriter<byte> output, string requestId) => Encoding.UTF8.GetBytes(html, output);
}
