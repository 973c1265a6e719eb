using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.TestKit;
using Yarp.ReverseProxy.Forwarder;

namespace NotionGateway.IntegrationTests.Telemetry;

/// <summary>
/// How deep a plain GET is in the gateway's own code when Notion is called. Counted are the frames of the gateway on the stack,
/// which are the methods that the response returns through; what was called and had returned before that moment is not counted.
/// </summary>
public sealed class RequestTraceTests(ITestOutputHelper output)
{
    private const int MostFrames = 24;
    private const int MostTypes = 14;
    private const int MostFolderChanges = 13;

    [Fact]
    public async Task A_GET_stands_in_few_frames_when_Notion_is_asked()
    {
        var forwarder = new TracingForwarder();
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup =>
        {
            setup.Caller(The.Caller, The.Key);
            setup.Adjustments.Add(builder => builder.Services.AddSingleton<IHttpForwarder>(forwarder));
        });

        // Twice, so that nothing is left that only a first request does; the last trace is checked.
        using var client = gateway.Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/v1/users/me")).StatusCode);

        var trace = forwarder.Last;
        foreach (var (type, method) in trace)
        {
            output.WriteLine($"{FolderOf(type)}/{type.Name}.{method}");
        }

        var folders = trace.Select(frame => FolderOf(frame.Type)).ToList();
        var changes = folders.Zip(folders.Skip(1)).Count(pair => pair.First != pair.Second);
        output.WriteLine(
            $"{trace.Count} frames, {trace.Select(frame => frame.Type).Distinct().Count()} types, " +
            $"{folders.Distinct().Count()} folders, {changes} changes of folder");
        Assert.Contains(trace, frame => frame.Type.Name == "ForwardingMiddleware");
        Assert.Contains(trace, frame => frame.Type.Name == "RequestTelemetryMiddleware");
        Assert.InRange(trace.Count, 1, MostFrames);
        Assert.InRange(trace.Select(frame => frame.Type).Distinct().Count(), 1, MostTypes);
        Assert.InRange(changes, 1, MostFolderChanges);
    }

    private static string FolderOf(Type type) => type.Namespace?["NotionGateway".Length..].Trim('.').Replace('.', '/') ?? "";

    /// <summary>Replaces the sender of requests to Notion; responds with 200 and an empty body.</summary>
    private sealed class TracingForwarder : IHttpForwarder
    {
        public IReadOnlyList<(Type Type, string Method)> Last { get; private set; } = [];

        public ValueTask<ForwarderError> SendAsync(
            HttpContext context, string destinationPrefix, HttpMessageInvoker httpClient, ForwarderRequestConfig requestConfig, HttpTransformer transformer)
        {
            Last = [.. new StackTrace().GetFrames().Select(frame => frame.GetMethod()).Where(method => method?.DeclaringType is not null)
                .Select(method => Named(method!.DeclaringType!, method.Name)).Where(frame => IsOurs(frame.Type)).Reverse()];
            return ValueTask.FromResult(ForwarderError.None);
        }

        public ValueTask<ForwarderError> SendAsync(
            HttpContext context,
            string destinationPrefix,
            HttpMessageInvoker httpClient,
            ForwarderRequestConfig requestConfig,
            HttpTransformer transformer,
            CancellationToken cancellationToken) => SendAsync(context, destinationPrefix, httpClient, requestConfig, transformer);

        private static bool IsOurs(Type type) => type.Assembly == typeof(GatewayRequest).Assembly;

        /// <summary>An asynchronous method and a lambda are types of their own, inside the one that holds them.</summary>
        private static (Type Type, string Method) Named(Type type, string method)
        {
            var name = method == "MoveNext" ? type.Name : method;
            while (type.DeclaringType is { } outer)
            {
                type = outer;
            }

            return (type, name);
        }
    }
}
