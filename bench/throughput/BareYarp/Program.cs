// A minimal proxy for the same job: one route, two headers, default settings. The reference for the measurements.
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms;

var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
var route = new RouteConfig { RouteId = "notion", ClusterId = "notion", Match = new RouteMatch { Path = "/v1/{**rest}" } }
    .WithTransformRequestHeader("Authorization", $"Bearer {builder.Configuration["token"]}", append: false)
    .WithTransformRequestHeader("Notion-Version", "2022-06-28", append: false);
var cluster = new ClusterConfig
{
    ClusterId = "notion",
    Destinations = new Dictionary<string, DestinationConfig>(StringComparer.Ordinal) { ["notion"] = new() { Address = builder.Configuration["upstream"]! } },
};
builder.Services.AddReverseProxy().LoadFromMemory([route], [cluster]);
var app = builder.Build();
app.MapReverseProxy();
app.Run();
