using Microsoft.AspNetCore.Http.Features;
using NotionSandbox.Connections;
using NotionSandbox.Requests;

namespace NotionSandbox.Routing;

/// <summary>A request whose head is here: what it asks for and who asks, as far as that can be told without judging it.</summary>
internal sealed class Arrival
{
    public Arrival(HttpContext http, ConnectionRegistry connections)
    {
        Http = http;
        RawTarget = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        Target = new RequestTarget(RawTarget);
        Endpoint = EndpointTable.Find(http.Request.Method, Target.Segments);
        Connection = connections.FindBearer(http.Request.Headers.Authorization);
    }

    public HttpContext Http { get; }

    public string RawTarget { get; }

    public RequestTarget Target { get; }

    /// <summary>Null when there is no such endpoint.</summary>
    public NotionEndpoint? Endpoint { get; }

    /// <summary>Null when the token is no connection's.</summary>
    public Connection? Connection { get; }

    public string Method => Http.Request.Method;
}
