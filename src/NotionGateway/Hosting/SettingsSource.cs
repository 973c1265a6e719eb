using System.Security.Cryptography;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;
using NotionGateway.Telemetry;

namespace NotionGateway.Hosting;

/// <summary>
/// Where the configuration comes from: the shipped file, the one for the environment, the one named on the command
/// line or by a variable, the environment variables; later ones win. Each load reads everything again, so that a reload that turns out
/// wrong has changed nothing.
/// </summary>
internal sealed class SettingsSource(
    IProcessEnvironment environment, string? configFile = null, IReadOnlyDictionary<string, string?>? overrides = null, bool isSandbox = false)
{
    /// <summary>What a file of the gateway's has at its root; anything else is a misspelling, or a file that was meant for another program.</summary>
    private static readonly string[] Roots = [GatewaySettings.Root, "Kestrel", "Logging"];

    /// <summary>Names the file where the command line names none.</summary>
    public const string FileVariable = "GATEWAY_CONFIG";

    private readonly string _folder = AppContext.BaseDirectory;
    private readonly string? _file = configFile ?? (environment.Get(FileVariable) is { } path && !string.IsNullOrWhiteSpace(path) ? path.Trim() : null);

    public string EnvironmentName => environment.Get("ASPNETCORE_ENVIRONMENT") ?? environment.Get("DOTNET_ENVIRONMENT") ?? "Production";

    public IProcessEnvironment Environment => environment;

    /// <summary>Whether it is for a gateway with a Notion sandbox behind it: there the demo keys are right.</summary>
    public bool IsSandbox => isSandbox;

    /// <summary>The <see cref="Fingerprint"/> from just before the last load: a file that changed since was not seen by it.</summary>
    public string Loaded { get; private set; } = "";

    /// <summary>Whether the last load could not read a file: what is missing from it then is no error of its own.</summary>
    public bool LacksFile { get; private set; }

    private IEnumerable<(string Path, bool Optional)> Files
    {
        get
        {
            yield return (Path.Combine(_folder, "appsettings.json"), false);
            yield return (Path.Combine(_folder, $"appsettings.{EnvironmentName}.json"), true);
            if (_file is not null)
            {
                yield return (Path.GetFullPath(_file), false);
            }
        }
    }

    /// <summary>The configuration as it is now; what could not be read becomes an error.</summary>
    public IConfigurationRoot Load(SettingErrors errors)
    {
        (Loaded, LacksFile) = (Fingerprint(), false);
        var builder = new ConfigurationBuilder();
        foreach (var (path, optional) in Files)
        {
            AddFile(builder, path, optional, errors);
        }

        builder.AddInMemoryCollection(Variables());
        builder.AddInMemoryCollection(overrides ?? new Dictionary<string, string?>(StringComparer.Ordinal));
        OtlpVariables.Check(environment, errors);
        var configured = builder.Build();
        var added = EnvironmentShortcuts.Read(environment, configured, errors).Concat(ListenerRules.Defaults(configured)).ToList();
        return added.Count == 0 ? configured : new ConfigurationBuilder().AddConfiguration(configured).AddInMemoryCollection(added).Build();
    }

    /// <summary>A digest of every file's content: another one means that it is worth loading again.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, _) in Files)
        {
            try
            {
                // Asked once a second, and a file may be missing for good: no exception for that.
                hash.AppendData(File.Exists(path) ? File.ReadAllBytes(path) : [0]);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                hash.AppendData([0]);
            }

            hash.AppendData([1]);
        }

        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The variables as settings. Two whose names differ only in case (HTTP_PROXY, http_proxy) are one setting; it is none of ours.</summary>
    private IEnumerable<KeyValuePair<string, string?>> Variables() => environment.All
        .GroupBy(pair => pair.Key.Replace("__", ":", StringComparison.Ordinal), StringComparer.OrdinalIgnoreCase)
        .Select(group => KeyValuePair.Create(group.Key, (string?)group.Last().Value));

    private void AddFile(ConfigurationBuilder builder, string path, bool optional, SettingErrors errors)
    {
        try
        {
            // Read once into memory: the parser must not meet a file that is being written.
            var content = File.ReadAllBytes(path);
            var file = new ConfigurationBuilder().AddJsonStream(new MemoryStream(content)).Build();
            CheckRoots(path, file, errors);
            builder.AddInMemoryCollection(file.AsEnumerable());
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            if (!optional)
            {
                NotRead(path, "there is no such file", errors);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            NotRead(path, "the file cannot be read", errors);
        }
        catch (Exception exception) when (exception is FormatException or InvalidDataException or System.Text.Json.JsonException)
        {
            NotRead(path, $"is not JSON: {Position(exception)}", errors);
        }
    }

    private void NotRead(string path, string problem, SettingErrors errors)
    {
        LacksFile = true;
        errors.Add(path, problem);
    }

    private static void CheckRoots(string path, IConfigurationRoot file, SettingErrors errors)
    {
        var unknown = file.GetChildren().Select(section => section.Key).Except(Roots, StringComparer.OrdinalIgnoreCase).Select(name => $"'{name}'").ToList();
        if (unknown.Count > 0)
        {
            errors.Add(
                path,
                $"has {string.Join(", ", unknown)} at its root, which the gateway does not read; "
                    + $"a settings file may contain only {string.Join(", ", Roots)} there");
        }
    }

    /// <summary>Where the parser stopped. Its message may quote the content, so only the position is used.</summary>
    private static string Position(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause is System.Text.Json.JsonException { LineNumber: { } line })
            {
                return $"look at line {line + 1}";
            }
        }

        return "check commas, quotes and braces, and that no key appears twice";
    }
}
