using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Observing;

/// <summary>As much of a cluster's API as kubectl needs for the lines of the runbook: two pods and their logs. Nothing can be run in them.</summary>
internal sealed class PretendCluster : IAsyncDisposable
{
    public const string Namespace = "gateways";

    public static readonly string[] Pods = ["notion-gateway-6f7c9d-x2k4q", "notion-gateway-6f7c9d-7hd2p"];

    private readonly Uri _address = new($"http://127.0.0.1:{FreePort.Next()}");
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster");
    private readonly IHost _server;

    private PretendCluster()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, _address.Port));
        builder.Services.AddRoutingCore();
        var server = builder.Build();
        server.Run(AnswerAsync);
        _server = server;
    }

    /// <summary>What kubectl wanted to run, or reach, in a pod.</summary>
    public ConcurrentQueue<string> Entered { get; } = new();

    public string KubeConfig => Path.Combine(_folder.FullName, "config");

    public static async Task<PretendCluster> StartAsync()
    {
        var cluster = new PretendCluster();
        await File.WriteAllTextAsync(
            cluster.KubeConfig,
            $$$"""
            {"apiVersion":"v1","kind":"Config","current-context":"it","clusters":[{"name":"it","cluster":{"server":"{{{cluster._address}}}"}}],
             "users":[{"name":"it","user":{"token":"none"}}],"contexts":[{"name":"it","context":{"cluster":"it","user":"it","namespace":"{{{Namespace}}}"}}]}
            """);
        await cluster._server.StartAsync();
        return cluster;
    }

    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync();
        _server.Dispose();
        _folder.Delete(recursive: true);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        var name = path.Split('/')[^1];
        if (name is "exec" or "portforward")
        {
            Entered.Enqueue(string.Join(' ', context.Request.Query["command"].Prepend(name)));
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        }

        return name == "log"
            ? context.Response.WriteAsync(new JsonObject { ["EventName"] = "Request", ["Pod"] = path.Split('/')[^2] }.ToJsonString() + "\n")
            : context.Response.WriteAsJsonAsync(Find(path, name));
    }

    private static JsonNode? Find(string path, string name) => path switch
    {
        "/version" => JsonNode.Parse("""{"major":"1","minor":"34"}"""),
        "/api" => JsonNode.Parse("""{"kind":"APIVersions","versions":["v1"]}"""),
        "/apis" => JsonNode.Parse("""{"kind":"APIGroupList","groups":[]}"""),
        "/api/v1" => Resources("v1", ("pods", "Pod"), ("pods/log", "Pod"), ("events", "Event")),
        _ => name switch
        {
            "pods" => new JsonObject { ["kind"] = "PodList", ["apiVersion"] = "v1", ["items"] = new JsonArray([.. Pods.Select(Pod)]) },
            "events" => new JsonObject { ["kind"] = "EventList", ["apiVersion"] = "v1", ["items"] = new JsonArray() },
            _ => Pod(name),
        },
    };

    private static JsonObject Resources(string version, params (string Name, string Kind)[] all) => new()
    {
        ["kind"] = "APIResourceList",
        ["groupVersion"] = version,
        ["resources"] = new JsonArray([.. all.Select(one => JsonNode.Parse(
            $$"""{"name":"{{one.Name}}","singularName":"","namespaced":true,"verbs":["get","list","create"],"kind":"{{one.Kind}}" }"""))]),
    };

    private static JsonNode Pod(string name) => JsonNode.Parse(
        $$$"""
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"{{{name}}}","namespace":"{{{Namespace}}}","labels":{"app.kubernetes.io/name":"notion-gateway"}},
         "spec":{"containers":[{"name":"notion-gateway","image":"notion-gateway"}]},"status":{"phase":"Running"}}
        """)!;
}
