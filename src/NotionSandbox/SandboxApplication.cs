using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;
using NotionSandbox.Control;
using NotionSandbox.Ids;
using NotionSandbox.OAuth.Endpoints;
using NotionSandbox.Responses;
using NotionSandbox.Routing;
using NotionSandbox.State;
using NotionSandbox.Wire;

namespace NotionSandbox;

/// <summary>What the web server calls for each request: tells the control plane from Notion, and lets no exception out.</summary>
internal sealed class SandboxApplication(SandboxState sandbox, SandboxOptions options, IdMint ids) : IHttpApplication<HttpContext>, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly RequestIds _requestIds = new(options.Random);
    private readonly Exchange _exchange = new(sandbox, new Reception(options, ids, new OAuthEndpoints(sandbox.OAuth), sandbox.Webhooks), options.TimeProvider);
    private readonly ControlPlane _control = new(sandbox);
    private readonly ILogger _log = options.LoggerFactory.CreateLogger("NotionSandbox");

    public HttpContext CreateContext(IFeatureCollection contextFeatures) => new DefaultHttpContext(contextFeatures);

    public void DisposeContext(HttpContext context, Exception? exception)
    {
        // Nothing was taken for the request.
    }

    public async Task ProcessRequestAsync(HttpContext context)
    {
        var tap = context.Features.GetRequiredFeature<HeadTap>();
        var head = tap.TakeHead();
        try
        {
            var arrival = new Arrival(context, sandbox.Connections);
            if (ControlPlane.IsMeant(arrival.RawTarget))
            {
                await _control.AnswerAsync(context, arrival.Target);
                return;
            }

            await _exchange.ServeAsync(arrival, head, NewDelivery(context));
        }
        catch (Exception left) when (left is OperationCanceledException or ConnectionResetException)
        {
            context.Abort();
        }
        catch (BadHttpRequestException unreadable)
        {
            // What follows on this connection cannot be told from the body, so it ends here.
            context.Response.StatusCode = unreadable.StatusCode;
            context.Response.Headers.Connection = "close";
        }
        catch (Exception surprise) when (!context.Response.HasStarted)
        {
            _log.Surprise(surprise);
            await ApologiseAsync(context);
        }
        finally
        {
            tap.ExpectHead();
        }
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private Delivery NewDelivery(HttpContext context) => new(context, _requestIds.Next(), options.TimeProvider, options.Compress, _stopping.Token);

    private Task ApologiseAsync(HttpContext context)
    {
        context.Response.Clear();
        return NewDelivery(context).SendAsync(JsonResponse.Error(ErrorCode.InternalServerError, "Unexpected error occurred."));
    }
}
