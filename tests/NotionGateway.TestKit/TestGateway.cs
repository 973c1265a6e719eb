using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;

namespace NotionGateway.TestKit;

/// <summary>
/// The whole program on real sockets, inside the test. When it is disposed, everything that was logged, measured and
/// answered is searched for every secret it was given.
/// </summary>
internal sealed class TestGateway : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly string[] _listeners;
    private readonly string? _folder;
    private bool _disposed;
    private readonly TestClock? _clock;
    private readonly CancellationTokenSource _end = new();
    private Task _flow = Task.CompletedTask;
    private Task? _stopping;

    private TestGateway(WebApplication app, IConfiguration configuration, GatewaySetup setup, CapturedLogs logs)
    {
        (_app, Canaries, Logs, _folder, _clock) = (app, setup.Canaries, logs, setup.Folder, setup.Clock);

        // The server opens them in this order, independently of their names.
        _listeners = [.. configuration.GetSection("Kestrel:Endpoints").GetChildren().Select(endpoint => endpoint.Key)];
        Metrics = new CapturedMetrics(app.Services);
    }

    public CanaryWatch Canaries { get; }

    public CapturedLogs Logs { get; }

    public CapturedMetrics Metrics { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The clock of a gateway on fake time.</summary>
    public TestClock Clock => _clock ?? throw new InvalidOperationException("This gateway runs on real time.");

    /// <summary>Where callers reach it.</summary>
    public Uri Data => AddressOf(Listener.Data);

    /// <summary>Where probes reach it.</summary>
    public Uri Management => AddressOf(Listener.Management);

    /// <summary>Where operators reach it, if it has any.</summary>
    public Uri Operator => AddressOf(Listener.Operator);

    /// <summary>Where people's browsers reach it, if it has an OAuth app.</summary>
    public Uri Connect => AddressOf(Listener.Connect);

    /// <summary>Where Notion's events come in, if it has a webhook.</summary>
    public Uri Webhooks => AddressOf(Listener.Webhooks);

    public static async Task<TestGateway> StartAsync(Uri upstream, Action<GatewaySetup>? configure = null)
    {
        var setup = new GatewaySetup(upstream);
        configure?.Invoke(setup);
        var source = setup.Source();
        var errors = new SettingErrors();
        var (configuration, settings) = GatewaySettings.Read(source, errors);
        if (errors.All.Count > 0)
        {
            throw new InvalidOperationException($"The test's configuration is wrong: {string.Join("; ", errors.All)}");
        }

        var logs = new CapturedLogs();
        var app = GatewayHost.Build(source, configuration, settings, builder =>
        {
            // Only what would go to the console is caught; an exporter keeps its own.
            builder.Services.Remove(builder.Services.First(service => service.ServiceType == typeof(ILoggerProvider)));
            builder.Logging.AddProvider(logs).SetMinimumLevel(LogLevel.Trace);
            foreach (var adjust in setup.Adjustments)
            {
                adjust(builder);
            }
        });
        var gateway = new TestGateway(app, configuration, setup, logs);
        gateway._flow = setup.Pace > 0 ? gateway.Clock.FlowAsync(setup.Pace, gateway._end.Token) : Task.CompletedTask;
        await app.StartAsync();
        if (setup.WaitsUntilReady)
        {
            await gateway.UntilAsync(async () => (await gateway.ManagementClient().GetAsync("/readyz")).IsSuccessStatusCode, "the gateway to be ready");
        }

        return gateway;
    }

    /// <summary>A client that presents this key and checks all that comes back.</summary>
    public HttpClient Client(string? key = The.Key, Version? version = null)
    {
        var client = new HttpClient(
            new WatchingHandler(Canaries) { InnerHandler = new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false, UseCookies = false } })
        {
            BaseAddress = Data,
            Timeout = SafetyNet.Timeout,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        if (key is not null)
        {
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        }

        return client;
    }

    public HttpClient ManagementClient() => new() { BaseAddress = Management };

    /// <summary>A client of the operator listener, which checks what comes back like any other.</summary>
    public HttpClient OperatorClient(string? key = The.OperatorKey)
    {
        var client = Client(key);
        client.BaseAddress = Operator;
        return client;
    }

    /// <summary>A socket to the data listener, for bytes that no client would send; from an address of its own if one is given.</summary>
    public RawCaller RawCaller(IPAddress? from = null) => new(Data, Canaries, from);

    /// <summary>Waits until the condition holds, looking often.</summary>
    public Task UntilAsync(Func<bool> condition, string what) => UntilAsync(() => Task.FromResult(condition()), what);

    /// <summary>Waits until a sum of a metric is there: a request is counted a moment after its response was sent.</summary>
    public Task CountedAsync(double expected, string instrument, params (string Name, string Value)[] labels) =>
        UntilAsync(() => Metrics.Sum(instrument, labels) == expected, $"{instrument} to be {expected}");

    public Task UntilAsync(Func<Task<bool>> condition, string what) => SafetyNet.UntilAsync(condition, () => Task.Delay(10), () => Missing(what));

    /// <summary>Waits for the end of a task, for which fake time moves on.</summary>
    public Task EndAsync(Task task) => _clock?.RunAsync(task) ?? task;

    /// <summary>Moves fake time on in small steps until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<bool> condition, string what, TimeSpan? step = null) =>
        AdvanceUntilAsync(() => Task.FromResult(condition()), what, step);

    /// <summary>Moves fake time on in small steps until the condition holds.</summary>
    public Task AdvanceUntilAsync(Func<Task<bool>> condition, string what, TimeSpan? step = null) =>
        Clock.AdvanceUntilAsync(condition, () => Missing(what), step);

    /// <summary>As SIGTERM does.</summary>
    public Task StopAsync() => _stopping = _app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        // On a busy machine the host may run out of its time to stop, which is no failure of what was tested.
        var stopping = _stopping ?? StopAsync();
        await EndAsync(stopping.ContinueWith(static _ => { }, TaskScheduler.Default));
        if (stopping.IsFaulted)
        {
            await stopping;
        }

        await _end.CancelAsync();
        await _flow;
        _end.Dispose();

        foreach (var line in Logs.Lines)
        {
            Canaries.Saw($"a log line of {line.Category}", $"{line} {string.Join(' ', line.Values.Values)}");
        }

        foreach (var measurement in Metrics.All)
        {
            Canaries.Saw("a metric", measurement.ToString());
        }

        Metrics.Dispose();
        await _app.DisposeAsync();
        if (_folder is not null)
        {
            Directory.Delete(_folder, recursive: true);
        }

        Canaries.AssertNothingLeaked();
    }

    private string Missing(string what) => $"There was nothing of {what}. Logged: {string.Join('\n', Logs.Lines.TakeLast(20))}";

    private Uri AddressOf(Listener listener)
    {
        var addresses = _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        return Array.FindIndex(_listeners, name => name.Equals(listener.Name, StringComparison.OrdinalIgnoreCase)) is var index and >= 0
            && addresses.Count == _listeners.Length
            ? new Uri(addresses.ElementAt(index))
            : throw new InvalidOperationException($"The listener {listener} is not open.");
    }

    private sealed class WatchingHandler(CanaryWatch canaries) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var response = await base.SendAsync(request, cancellationToken);
            canaries.Saw("an answer's head", $"{response.Headers} {response.Content.Headers} {response.TrailingHeaders}");
            response.Content = new WatchedContent(response.Content, canaries);
            return response;
        }
    }

    /// <summary>Looks at the bytes as the test reads them, so that streams stay streams.</summary>
    private sealed class WatchedContent : HttpContent
    {
        private readonly HttpContent _inner;
        private readonly CanaryWatch _canaries;

        public WatchedContent(HttpContent inner, CanaryWatch canaries)
        {
            (_inner, _canaries) = (inner, canaries);
            foreach (var (name, values) in inner.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            using var copy = new MemoryStream();
            await using var body = await _inner.ReadAsStreamAsync();
            await body.CopyToAsync(copy);
            _canaries.Saw("an answer's body", copy.ToArray());
            copy.Position = 0;
            await copy.CopyToAsync(stream);
        }

        protected override Task<Stream> CreateContentReadStreamAsync() => _inner.ReadAsStreamAsync();

        protected override bool TryComputeLength(out long length)
        {
            length = _inner.Headers.ContentLength ?? 0;
            return _inner.Headers.ContentLength is not null;
        }
    }
}
