using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using NotionSandbox.Responses;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>A page that works without script and takes nothing from elsewhere.</summary>
internal sealed class PageResponse : SandboxResponse
{
    private const string Style = """
        :root { color-scheme: light dark; }
        body { font: 1.125rem/1.5 system-ui, sans-serif; margin: 0; padding: 1rem; }
        main { max-width: 34rem; margin: 3rem auto; }
        h1 { font-size: 1.625rem; line-height: 1.25; }
        fieldset { border: 1px solid; border-radius: .5rem; margin: 1.5rem 0; padding: .75rem 1rem; }
        legend { padding: 0 .375rem; }
        label { display: block; padding: .25rem 0; }
        button { font: inherit; padding: .5rem 1.25rem; border: 1px solid; border-radius: .5rem; margin-right: .5rem; cursor: pointer; }
        .note { font-size: .9375rem; }
        code { overflow-wrap: anywhere; }
        """;

    // A form's policy also applies to redirects of its response: to any app's own address, and to where the app redirects next.
    private static readonly string Policy =
        $"default-src 'none'; style-src 'sha256-{Hash(Style)}'; form-action http: https:; base-uri 'none'; frame-ancestors 'none'";

    private readonly byte[] _page;

    public PageResponse(string title, string main)
    {
        _page = Encoding.UTF8.GetBytes($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{title} · NotionSandbox</title>
            <style>{Style}</style>
            </head>
            <body>
            <main>
            {main}
            </main>
            </body>
            </html>

            """);
        Headers =
        [
            new("Content-Security-Policy", Policy),
            new("Referrer-Policy", "no-referrer"),
            new("X-Content-Type-Options", "nosniff"),
            new("Cache-Control", "no-store"),
        ];
    }

    public override string ContentType => "text/html; charset=utf-8";

    public override void Render(IBufferWriter<byte> output, string requestId) => output.Write(_page);

    private static string Hash(string text) => Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
