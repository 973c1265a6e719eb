using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;

namespace NotionGateway.TestKit;

/// <summary>The configuration of a gateway under test, in verbs. By default one caller may do everything with one token.</summary>
internal sealed class GatewaySetup
{
    private readonly Dictionary<string, string?> _settings = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Kestrel:Endpoints:Data:Url"] = "http://127.0.0.1:0",
        ["Kestrel:Endpoints:Management:Url"] = "http://127.0.0.1:0",
        ["Gateway:Forwarding:AllowInsecureUpstream"] = "true",
        ["Gateway:FlowControl:Plans:Standard:RatePerSecond"] = "100000",
        ["Gateway:FlowControl:Plans:Standard:WindowLimit"] = "1000000",
        ["Gateway:FlowControl:Plans:Standard:Window"] = "00:00:01",

        // Tests count what is sent, and most send the same request many times.
        ["Gateway:Caching:Coalesce"] = "Off",
        ["Gateway:DrainDelay"] = "00:00:00",
        ["Gateway:ShutdownTimeout"] = "00:00:10",
    };

    private const string OperatorKeys = "Gateway:Operator:KeyHashes:";

    private readonly FakeEnvironment _environment = new();
    private string? _file;
    private bool _hasCaller;
    private bool _hasCredential;

    public GatewaySetup(Uri upstream) => _settings["Gateway:Forwarding:Upstream"] = upstream.GetLeftPart(UriPartial.Authority);

    public CanaryWatch Canaries { get; } = new();

    public List<Action<WebApplicationBuilder>> Adjustments { get; } = [];

    public bool WaitsUntilReady { get; private set; } = true;

    /// <summary>The clock that the test moves; null if the gateway runs on real time.</summary>
    public TestClock? Clock { get; private set; }

    /// <summary>How fast that clock moves by itself; 0 if only the test moves it.</summary>
    public int Pace { get; private set; }

    /// <summary>A folder of this gateway's own, deleted with it; null if it needed none.</summary>
    public string? Folder { get; private set; }

    public GatewaySetup Setting(string path, string? value)
    {
        _settings[path] = value;
        return this;
    }

    public GatewaySetup Caller(string name, string key, string[]? grants = null, string? credential = null, string[]? credentials = null)
    {
        _hasCaller = true;
        var path = $"Gateway:Access:Callers:{name}";
        _settings[$"{path}:KeyHashes:0"] = KeyDigest.Of(key).ToString();
        Canaries.Guard(key, $"the key of caller {name}");
        foreach (var (index, grant) in (grants ?? ["all"]).Index())
        {
            _settings[$"{path}:Permissions:{index.ToString(CultureInfo.InvariantCulture)}"] = grant;
        }

        _settings[$"{path}:Credential"] = credential;
        foreach (var (index, other) in (credentials ?? []).Index())
        {
            _settings[$"{path}:Credentials:{index.ToString(CultureInfo.InvariantCulture)}"] = other;
        }

        return this;
    }

    /// <summary>A credential from an environment variable of this test's own.</summary>
    public GatewaySetup Credential(string name, string token, bool probe = false)
    {
        _hasCredential = true;
        var variable = $"TOKEN_{name.ToUpperInvariant()}";
        _environment[variable] = token;
        Canaries.Guard(token, $"the token of credential {name}");
        _settings[$"Gateway:Credentials:{name}:Source"] = "Environment";
        _settings[$"Gateway:Credentials:{name}:Variable"] = variable;
        _settings[$"Gateway:Credentials:{name}:VerifyToken"] = probe ? "true" : "false";
        return this;
    }

    /// <summary>An operator's key, which opens the operator listener; that needs an <see cref="OAuthApp"/>.</summary>
    public GatewaySetup Operator(string key)
    {
        var index = _settings.Keys.Count(path => path.StartsWith(OperatorKeys, StringComparison.Ordinal));
        _settings[$"{OperatorKeys}{index.ToString(CultureInfo.InvariantCulture)}"] = KeyDigest.Of(key).ToString();
        Canaries.Guard(key, "the key of an operator");
        return this;
    }

    /// <summary>A key that may only look.</summary>
    public GatewaySetup Viewer(string key)
    {
        _settings["Gateway:Operator:ViewerKeyHashes:0"] = KeyDigest.Of(key).ToString();
        Canaries.Guard(key, "the key of a viewer");
        return this;
    }

    /// <summary>A public connection, which opens the connect listener; what it needs beside is made up.</summary>
    public GatewaySetup OAuthApp(string name)
    {
        _settings.TryAdd("Gateway:OAuth:PublicUrl", "https://connect.example.com");
        Folder ??= Directory.CreateTempSubdirectory("notion-gateway-test-").FullName;
        return PublicConnection(name, $"client-of-{name}", "secret_TheClientSecretThatNobodyMaySee0123456789", Path.Combine(Folder, "grants.db"));
    }

    /// <summary>A credential that the test describes by its settings.</summary>
    public GatewaySetup CredentialFrom(string name, params (string Key, string Value)[] settings)
    {
        _hasCredential = true;
        foreach (var (key, value) in settings)
        {
            _settings[$"Gateway:Credentials:{name}:{key}"] = value;
        }

        return this;
    }

    /// <summary>A public connection whose grants lie in this file. Its secrets come from environment variables of this test's own.</summary>
    public GatewaySetup PublicConnection(string app, string clientId, string clientSecret, string store, params string[] redirectUris)
    {
        var variable = $"CLIENT_SECRET_{app.ToUpperInvariant()}";
        (_environment[variable], _environment["ENCRYPTION_KEY"]) = (clientSecret, The.EncryptionKey);
        Canaries.Guard(clientSecret, $"the client secret of {app}");
        Canaries.Guard(The.EncryptionKey, "the encryption key");
        var path = $"Gateway:OAuth:Apps:{app}";
        _settings[$"{path}:ClientId"] = clientId;
        _settings[$"{path}:ClientSecret:Source"] = "Environment";
        _settings[$"{path}:ClientSecret:Variable"] = variable;
        foreach (var (index, uri) in redirectUris.Index())
        {
            _settings[$"{path}:RedirectUris:{index.ToString(CultureInfo.InvariantCulture)}"] = uri;
        }

        _settings.TryAdd("Gateway:OAuth:PublicUrl", "http://127.0.0.1:8083");
        _settings["Gateway:OAuth:Store:Path"] = store;
        _settings["Gateway:OAuth:EncryptionKey:Source"] = "Environment";
        _settings["Gateway:OAuth:EncryptionKey:Variable"] = "ENCRYPTION_KEY";
        return this;
    }

    /// <summary>Grants in a database instead of a file.</summary>
    public GatewaySetup InPostgres(PostgresServer server, string database)
    {
        _environment["DATABASE_PASSWORD"] = PostgresServer.Password;
        Canaries.Guard(PostgresServer.Password, "the password of the database");
        _settings["Gateway:OAuth:Store:Path"] = null;
        _settings["Gateway:OAuth:Store:Type"] = "PostgreSQL";
        _settings["Gateway:OAuth:Store:ConnectionString"] = server.ConnectionString(database);
        _settings["Gateway:OAuth:Store:Password:Source"] = "Environment";
        _settings["Gateway:OAuth:Store:Password:Variable"] = "DATABASE_PASSWORD";
        return this;
    }

    public GatewaySetup Environment(string name, string value)
    {
        _environment[name] = value;
        return this;
    }

    /// <summary>As <c>--config FILE</c>.</summary>
    public GatewaySetup ConfigFile(string path)
    {
        (_file, _hasCaller, _hasCredential) = (path, true, true);
        return this;
    }

    public GatewaySetup Adjust(Action<IServiceCollection> services)
    {
        Adjustments.Add(builder => services(builder.Services));
        return this;
    }

    /// <summary>
    /// Time stands still in this gateway until the test moves it: a clock of its own, or one that it shares. How long the host may take to
    /// stop is real time, and then only a safety net.
    /// </summary>
    public GatewaySetup OnFakeTime(TestClock? clock = null)
    {
        Clock ??= clock ?? new TestClock();
        return Adjust(services => services
            .AddSingleton<TimeProvider>(Clock).PostConfigure<HostOptions>(host => host.ShutdownTimeout = SafetyNet.Timeout));
    }

    /// <summary>Fake time that flows by itself, so many times as fast as real time.</summary>
    public GatewaySetup Brisk(int times = 5)
    {
        Pace = times;
        return OnFakeTime();
    }

    public GatewaySetup DoNotWaitUntilReady()
    {
        WaitsUntilReady = false;
        return this;
    }

    public SettingsSource Source()
    {
        if (!_hasCredential)
        {
            Credential("default", The.NotionToken);
        }

        if (!_hasCaller)
        {
            Caller(The.Caller, The.Key);
        }

        // A listener that is open and has no address of the test's own gets one that is free.
        var configured = WithSettings().Load(new SettingErrors());
        foreach (var listener in ListenerRules.Open(configured).Where(listener => ListenerRules.UrlOf(configured, listener) == listener.DefaultUrl))
        {
            _settings[ListenerRules.PathOf(listener)] = "http://127.0.0.1:0";
        }

        return WithSettings();
    }

    private SettingsSource WithSettings() => new(_environment, _file, _settings.Where(pair => pair.Value is not null).ToDictionary());
}
