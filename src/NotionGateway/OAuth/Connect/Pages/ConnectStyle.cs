using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>How the pages look. It is in the page itself, and the policy names its hash: the browser accepts no other style.</summary>
internal static class ConnectStyle
{
    public const string Text = """
        :root{color-scheme:light dark;--back:#f6f5f3;--card:#fff;--text:#23211e;--soft:#5f5b55;--line:#dedbd6;--button:#23211e;--on-button:#fff;--focus:#1a6fd4}
        @media (prefers-color-scheme:dark){:root{--back:#191919;--card:#232323;--text:#ecebe8;--soft:#aaa69f;
        --line:#3c3b38;--button:#ecebe8;--on-button:#191919;--focus:#7ab4ff}}
        *{box-sizing:border-box}
        body{margin:0;min-height:100vh;display:grid;place-items:center;padding:1.25rem;background:var(--back);color:var(--text);
        font:1.0625rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
        main{width:100%;max-width:34rem;padding:clamp(1.5rem,6vw,2.5rem);background:var(--card);border:1px solid var(--line);
        border-radius:.75rem;overflow-wrap:anywhere}
        h1{margin:0 0 1rem;font-size:1.5rem;line-height:1.25}
        p{margin:0 0 1rem}
        main>:last-child{margin-bottom:0}
        dl{display:grid;grid-template-columns:auto 1fr;gap:.5rem 1.25rem;margin:0 0 1.25rem;padding:1rem 0;border:solid var(--line);border-width:1px 0}
        dt{color:var(--soft)}
        dd{margin:0;font-weight:600}
        form{margin:1.5rem 0}
        button{width:100%;padding:.85rem 1.25rem;border:0;border-radius:.5rem;background:var(--button);color:var(--on-button);
        font:inherit;font-weight:600;cursor:pointer}
        button:hover{opacity:.88}
        button:focus-visible{outline:3px solid var(--focus);outline-offset:3px}
        .note{color:var(--soft);font-size:.9375rem}
        """;

    /// <summary>The hash as a content security policy has it.</summary>
    public static readonly string Hash = $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(Text)))}'";
}
