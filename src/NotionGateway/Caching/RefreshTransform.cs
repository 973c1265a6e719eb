using System.Collections.Concurrent;
using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Caching.Store;
using NotionGateway.Credentials;

namespace NotionGateway.Caching;

/// <summary>
/// Asks Notion again for a stored response that was given although it is too old: for nobody, in its caller's name, and once for each response at a time.
/// When the program ends, what still waits is dropped.
/// </summary>
internal sealed class RefreshTransform(
    IHostApplicationLifetime lifetime, BodyBudget budget, TimeProvider time, Random random, ILogger<RefreshTransform> log)
{
    /// <summary>Each holds a place in a queue and a copy of its body.</summary>
    private const int Most = 256;

    /// <summary>Its caller's own requests wait behind them.</summary>
    private const int MostOfOneCaller = 8;

    /// <summary>What is asked for, and in whose name.</summary>
    private readonly ConcurrentDictionary<EntryKey, string> _running = new();

    public int Running => _running.Count;

    public void Start(HttpContext context, in EntryKey key, CacheUse use, TimeSpan longest, RequestDelegate send)
    {
        var body = context.RequestBody();
        var caller = context.Admission().Caller.Name;
        if (body.Length <= KeyTransform.LongestBody && _running.Count < Most && !lifetime.ApplicationStopping.IsCancellationRequested
            && _running.Count(running => running.Value == caller) < MostOfOneCaller && _running.TryAdd(key, caller))
        {
            _ = RunAsync(Copy(context, use, longest), key, body.Buffered is { } buffered ? buffered.Bytes.ToArray() : null, send);
        }
    }

    private async Task RunAsync(HttpContext copy, EntryKey key, byte[]? body, RequestDelegate send)
    {
        var caller = copy.Admission().Caller;
        using var buffered = body is null ? null : new BufferedBody(budget, caller.Name, caller.Weight);
        try
        {
            if (buffered is null)
            {
                copy.Features.Set(RequestBody.None(streamsResponse: false));
            }
            else if (await buffered.FillAsync(new MemoryStream(body!), body!.Length, body.Length, lifetime.ApplicationStopping) == BodyReading.Complete)
            {
                copy.Features.Set(new RequestBody(RequestMode.Whole, buffered));
            }
            else
            {
                return;
            }

            await send(copy);
        }
        catch (OperationCanceledException) when (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            // Nobody waits for it.
        }
        catch (Exception exception)
        {
            log.RefreshBroke(exception);
        }
        finally
        {
            _running.TryRemove(key, out _);
        }
    }

    /// <summary>The request once more, without the connection that it came by.</summary>
    private DefaultHttpContext Copy(HttpContext context, CacheUse use, TimeSpan longest)
    {
        var copy = new DefaultHttpContext { RequestAborted = lifetime.ApplicationStopping };
        copy.Request.Method = context.Request.Method;
        copy.Request.Protocol = HttpProtocol.Http11;
        copy.Request.Scheme = context.Request.Scheme;
        copy.Request.Path = context.Request.Path;
        foreach (var (name, values) in context.Request.Headers)
        {
            copy.Request.Headers[name] = values;
        }

        copy.Features.Set(new GatewayRequest(RequestId.New(random), time.GetTimestamp(), lifetime.ApplicationStopping) { IsKnown = true, OwnWait = longest });
        copy.Features.Set(context.Admission());
        copy.Features.Set(context.Credential());
        copy.Features.Set(use);
        return copy;
    }
}
