using System.Text.Json.Nodes;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Reloading;

/// <summary>A configuration file that a test changes while the gateway runs, in the two ways in which files are changed.</summary>
internal sealed class SettingsFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("settings");
    private readonly JsonObject _callers = [];
    private readonly JsonObject _credentials = [];
    private readonly JsonObject _gateway = [];
    private readonly JsonObject _root = [];

    public SettingsFile()
    {
        _gateway["Access"] = new JsonObject { ["Callers"] = _callers };
        _gateway["Credentials"] = _credentials;
        _root["Gateway"] = _gateway;
        Credential("first").Caller(The.Caller, The.Key);
    }

    public string Path => System.IO.Path.Combine(_folder.FullName, "gateway.json");

    /// <summary>The file as it would be written now.</summary>
    public string Text => _root.ToJsonString();

    /// <summary>The tokens by the credentials' names.</summary>
    public static string TokenOf(string credential) => credential == "first" ? The.NotionToken : The.OtherToken;

    public SettingsFile Caller(string name, string key, string credential = "first", params string[] grants)
    {
        _callers[name] = new JsonObject
        {
            ["KeyHashes"] = new JsonArray(KeyDigest.Of(key).ToString()),
            ["Credential"] = credential,
            ["Permissions"] = new JsonArray([.. (grants.Length == 0 ? ["all"] : grants).Select(grant => JsonValue.Create(grant))]),
        };
        return this;
    }

    public SettingsFile RemoveCaller(string name)
    {
        _callers.Remove(name);
        return this;
    }

    /// <summary>A credential, <c>first</c> or <c>second</c>, from an environment variable.</summary>
    public SettingsFile Credential(string name, params (string Key, string Value)[] settings)
    {
        var section = new JsonObject { ["Source"] = "Environment", ["Variable"] = $"TOKEN_{name.ToUpperInvariant()}", ["VerifyToken"] = "false" };
        foreach (var (key, value) in settings)
        {
            section[key] = value;
        }

        _credentials[name] = section;
        return this;
    }

    public SettingsFile RemoveCredential(string name)
    {
        _credentials.Remove(name);
        return this;
    }

    /// <summary>Any other setting, by its path.</summary>
    public SettingsFile Setting(string path, string? value)
    {
        var keys = path.Split(':');
        var section = _root;
        foreach (var key in keys[..^1])
        {
            section = (JsonObject)(section[key] ??= new JsonObject());
        }

        if (value is null)
        {
            section.Remove(keys[^1]);
        }
        else
        {
            section[keys[^1]] = value;
        }

        return this;
    }

    /// <summary>Overwrites the file, as an editor may do.</summary>
    public void Rewrite(string? text = null) => File.WriteAllText(Path, text ?? Text);

    /// <summary>Puts another file in its place, as a mount or a careful tool does.</summary>
    public void Replace(string? text = null)
    {
        File.WriteAllText(Path + ".new", text ?? Text);
        File.Move(Path + ".new", Path, overwrite: true);
    }

    public void Change(bool replace)
    {
        if (replace)
        {
            Replace();
        }
        else
        {
            Rewrite();
        }
    }

    public Task<TestGateway> StartAsync(RecordingUpstream upstream) => StartAsync(upstream, setup => setup.Brisk());

    public async Task<TestGateway> StartAsync(RecordingUpstream upstream, Action<GatewaySetup> configure)
    {
        Rewrite();
        return await TestGateway.StartAsync(upstream.Address, setup =>
        {
            configure(setup);
            setup.ConfigFile(Path).Environment("TOKEN_FIRST", The.NotionToken).Environment("TOKEN_SECOND", The.OtherToken);
            setup.Canaries.Guard(The.NotionToken, "the first token");
            setup.Canaries.Guard(The.OtherToken, "the second token");
            setup.Canaries.Guard(The.Key, "the first key");
            setup.Canaries.Guard(The.OtherKey, "the second key");
        });
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
