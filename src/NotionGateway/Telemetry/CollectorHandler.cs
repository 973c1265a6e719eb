using System.Net;

namespace NotionGateway.Telemetry;

/// <summary>Wraps an exporter's own client and tells a <see cref="CollectorWatch"/> how each sending went. Nothing else changes.</summary>
internal sealed class CollectorHandler(HttpClient exporter, CollectorWatch watch) : HttpMessageHandler
{
    protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Noted(request, exporter.Send(Copy(request), HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Failed(request, Description(exception));
            throw;
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        try
        {
            return Noted(request, await exporter.SendAsync(Copy(request), HttpCompletionOption.ResponseHeadersRead, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            Failed(request, Description(exception));
            throw;
        }
    }

    protected override void Dispose(bool disposing)
    {
        exporter.Dispose();
        base.Dispose(disposing);
    }

    private static string Description(Exception exception) => exception is OperationCanceledException ? "no response in time" : exception.Message;

    /// <summary>A message can be sent by one client only once.</summary>
    private static HttpRequestMessage Copy(HttpRequestMessage request)
    {
        var copy = new HttpRequestMessage(request.Method, request.RequestUri)
        {
            Content = request.Content,
            Version = request.Version,
            VersionPolicy = request.VersionPolicy,
        };
        foreach (var (name, values) in request.Headers)
        {
            copy.Headers.TryAddWithoutValidation(name, values);
        }

        return copy;
    }

    private HttpResponseMessage Noted(HttpRequestMessage request, HttpResponseMessage response)
    {
        // gRPC tells its failures with the status 200.
        var grpc = response.Headers.TryGetValues("grpc-status", out var values) ? values.First() : "0";
        if (response.StatusCode >= HttpStatusCode.BadRequest || grpc != "0")
        {
            Failed(request, grpc == "0" ? $"it returned {(int)response.StatusCode}" : $"it returned the gRPC status {grpc}");
        }
        else
        {
            Took(request);
        }

        return response;
    }

    private void Failed(HttpRequestMessage request, string problem)
    {
        if (request.RequestUri is { } collector)
        {
            watch.Failed(collector, problem);
        }
    }

    private void Took(HttpRequestMessage request)
    {
        if (request.RequestUri is { } collector)
        {
            watch.Took(collector);
        }
    }
}
