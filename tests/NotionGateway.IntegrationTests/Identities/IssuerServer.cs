using System.Text;
using Microsoft.AspNetCore.Http;
using NotionGateway.IntegrationTests.Upstream;
using NotionGateway.TestKit.Identities;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>An OpenID Connect provider on a real server with TLS, as far as a verifier of its tokens sees one.</summary>
internal sealed class IssuerServer : IAsyncDisposable
{
    private readonly PretendNotion _server;

    private IssuerServer(PretendNotion server, PrivateAuthority authority) =>
        (_server, Authority, Tokens) = (server, authority, new TestIssuer(TimeProvider.System, server.Address().GetLeftPart(UriPartial.Authority)));

    public PrivateAuthority Authority { get; }

    public TestIssuer Tokens { get; }

    /// <summary>The value of <c>iss</c>.</summary>
    public string Value => Tokens.Claims()["iss"]!.GetValue<string>();

    public Uri Keys => new($"{Value}/keys");

    public int Asked => _server.Requests.Count;

    /// <summary>What is answered in place of the keys; null for the keys.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <summary>The issuer that its metadata name; its own unless the test says otherwise.</summary>
    public string? Named { get; set; }

    public static async Task<IssuerServer> StartAsync()
    {
        var authority = new PrivateAuthority();
        var server = new IssuerServer(await PretendNotion.StartAsync(authority.Issue("localhost")), authority);
        server._server.Answer = server.AnswerAsync;
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        Authority.Dispose();
    }

    private Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Path == "/.well-known/openid-configuration")
        {
            return WriteAsync(context, $$"""{"issuer":"{{Named ?? Value}}","jwks_uri":"{{Keys}}"}""");
        }

        return Answer is { } other ? other(context) : WriteAsync(context, Tokens.Document);
    }

    private static Task WriteAsync(HttpContext context, string json)
    {
        context.Response.ContentType = "application/json";
        return context.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(json)).AsTask();
    }
}
