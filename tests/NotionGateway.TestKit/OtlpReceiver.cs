using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;

namespace NotionGateway.TestKit;

/// <summary>A span as a collector gets it.</summary>
internal sealed record ReceivedSpan(
    string Name, ulong Kind, string TraceId, string SpanId, string ParentId, IReadOnlyDictionary<string, string> Attributes, ulong Status);

/// <summary>A log record as a collector gets it.</summary>
internal sealed record ReceivedLog(string Severity, string Body, string TraceId, IReadOnlyDictionary<string, string> Attributes);

/// <summary>One series of a metric as a collector gets it.</summary>
internal sealed record ReceivedSeries(string Name, string Unit, string Kind, IReadOnlyDictionary<string, string> Attributes);

/// <summary>A collector that takes OTLP over gRPC or HTTP and reads the protobuf itself (opentelemetry-proto, v1).</summary>
internal sealed class OtlpReceiver : IAsyncDisposable
{
    private readonly WebApplication _app;

    private OtlpReceiver(WebApplication app) => _app = app;

    public ConcurrentQueue<ReceivedSpan> Spans { get; } = new();

    public ConcurrentQueue<ReceivedLog> Logs { get; } = new();

    public ConcurrentQueue<ReceivedSeries> Series { get; } = new();

    public ConcurrentQueue<string> ServiceNames { get; } = new();

    /// <summary>Everything that came, as it came.</summary>
    public ConcurrentQueue<byte[]> Payloads { get; } = new();

    /// <summary>The HTTP status of its responses.</summary>
    public int Status { get; set; } = 200;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    public static async Task<OtlpReceiver> StartAsync(bool grpc)
    {
        // The slim builder would read the product's settings from the working directory and open their listeners too.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(
            kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0, listen => listen.Protocols = grpc ? HttpProtocols.Http2 : HttpProtocols.Http1));
        var app = builder.Build();
        var receiver = new OtlpReceiver(app);
        app.Run(receiver.ReceiveAsync);
        await app.StartAsync();
        return receiver;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        using var copy = new MemoryStream();
        await context.Request.Body.CopyToAsync(copy);
        var body = copy.ToArray();
        Payloads.Enqueue(body);
        context.Response.StatusCode = Status;
        var isGrpc = context.Request.ContentType?.StartsWith("application/grpc", StringComparison.Ordinal) == true;
        Read(context.Request.Path, ProtoMessage.Parse(isGrpc ? Unframed(body) : body));
        context.Response.ContentType = isGrpc ? "application/grpc" : "application/x-protobuf";
        if (isGrpc)
        {
            await context.Response.Body.WriteAsync(new byte[5]);
            context.Response.AppendTrailer("grpc-status", "0");
        }
    }

    /// <summary>A gRPC message follows a flag and its length.</summary>
    private static ReadOnlyMemory<byte> Unframed(byte[] body) => body.AsMemory(5, (int)BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(1)));

    private void Read(PathString path, ProtoMessage export)
    {
        foreach (var resource in export.All(1))
        {
            ServiceNames.Enqueue(Attributes(resource.One(1), 1).GetValueOrDefault("service.name", ""));
            foreach (var item in resource.All(2).SelectMany(scope => scope.All(2)))
            {
                if (Speaks(path, "trace"))
                {
                    Spans.Enqueue(new ReceivedSpan(
                        item.Text(5), item.Number(6), Hex(item, 1), Hex(item, 2), Hex(item, 4), Attributes(item, 9), item.One(15)?.Number(3) ?? 0));
                }
                else if (Speaks(path, "logs"))
                {
                    Logs.Enqueue(new ReceivedLog(item.Text(3), item.One(5)?.Text(1) ?? "", Hex(item, 9), Attributes(item, 6)));
                }
                else
                {
                    ReadMetric(item);
                }
            }
        }
    }

    private static bool Speaks(PathString path, string signal) => path.Value!.Contains(signal, StringComparison.OrdinalIgnoreCase);

    private void ReadMetric(ProtoMessage metric)
    {
        foreach (var (field, kind, attributes) in new[] { (5, "gauge", 7), (7, "sum", 7), (9, "histogram", 9) })
        {
            foreach (var point in metric.One(field)?.All(1) ?? [])
            {
                Series.Enqueue(new ReceivedSeries(metric.Text(1), metric.Text(3), kind, Attributes(point, attributes)));
            }
        }
    }

    private static string Hex(ProtoMessage message, int field) => Convert.ToHexStringLower(message.Bytes(field).Span);

    private static Dictionary<string, string> Attributes(ProtoMessage? owner, int field)
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in owner?.All(field) ?? [])
        {
            var value = pair.One(2);
            attributes[pair.Text(1)] = value is null ? "" : value.Has(1) ? value.Text(1) : value.Number(3).ToString(CultureInfo.InvariantCulture);
        }

        return attributes;
    }

    /// <summary>All that came as one text, to search it for what must not be in it.</summary>
    public string AllText() => string.Join('\n', Payloads.Select(Encoding.Latin1.GetString));
}
