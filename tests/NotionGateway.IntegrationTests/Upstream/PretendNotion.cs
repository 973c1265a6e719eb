using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace NotionGateway.IntegrationTests.Upstream;

/// <summary>One request as the Notion sandbox understood it.</summary>
internal sealed record ReceivedRequest(string Protocol, string Target, string Authorization, CancellationToken Aborted);

/// <summary>A pretend Notion on a real server: for TLS, for HTTP/2, and where a test must see that the gateway hung up.</summary>
internal sealed class PretendNotion : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<ReceivedRequest> _requests = new();

    private PretendNotion(WebApplication app) => _app = app;

    public IReadOnlyList<ReceivedRequest> Requests => [.. _requests];

    /// <summary>How each request is answered; with a small JSON object unless the test says otherwise.</summary>
    public Func<HttpContext, Task> Answer { get; set; } = context =>
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync("""{"object":"list"}""");
    };

    public bool IsSecure { get; private set; }

    private int Port { get; set; }

    public static async Task<PretendNotion> StartAsync(
        X509Certificate2? certificate = null, HttpProtocols protocols = HttpProtocols.Http1AndHttp2, int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.Listen(IPAddress.Loopback, port, listen =>
            {
                if (certificate is not null)
                {
                    listen.Protocols = protocols;
                    listen.UseHttps(certificate);
                }
            });
        });
        var app = builder.Build();
        var notion = new PretendNotion(app) { IsSecure = certificate is not null };
        app.Run(notion.ServeAsync);
        await app.StartAsync();
        notion.Port = new Uri(app.Urls.Single()).Port;
        return notion;
    }

    /// <summary>Its address under a name that leads to this machine.</summary>
    public Uri Address(string host = "localhost", string scheme = "https") => new($"{scheme}://{host}:{Port}");

    public async ValueTask DisposeAsync()
    {
        using var hurry = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        await _app.StopAsync(hurry.Token);
        await _app.DisposeAsync();
    }

    private Task ServeAsync(HttpContext context)
    {
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        _requests.Enqueue(new ReceivedRequest(context.Request.Protocol, target, context.Request.Headers.Authorization.ToString(), context.RequestAborted));
        return Answer(context);
    }
}
