using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Npgsql;

namespace NotionGateway.TestKit;

/// <summary>
/// A PostgreSQL server of a test's own, in a temporary folder and on a port of loopback. It runs as the user postgres if the tests run as root,
/// which it refuses. On its socket everybody is its owner; on the port users have passwords.
/// </summary>
internal sealed partial class PostgresServer : IAsyncDisposable
{
    public const string User = "gateway";
    public const string Password = "the-password-of-the-database-user-01";

    private const int SigQuit = 3, SigKill = 9, SigCont = 18, SigStop = 19;

    private readonly string _folder = Directory.CreateTempSubdirectory("pg").FullName;
    private readonly string[] _settings;
    private Process? _process;
    private int _databases;

    private PostgresServer(string[] settings) => _settings = settings;

    public int Port { get; } = FreePort.Next();

    private string Data => Path.Combine(_folder, "data");

    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var server = new PostgresServer(settings);
        await RunAsync("chmod", "755", server._folder);
        await RunAsync("install", ["-d", "-m", "700", .. RunsAsRoot ? ["-o", "postgres", "-g", "postgres"] : Array.Empty<string>(), server.Data]);
        await RunAsync(
            Program("initdb"), "-D", server.Data, "-U", "postgres", "-E", "UTF8", "--locale=C", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync");
        await server.RestartAsync();
        await server.ExecuteAsync("postgres", $"CREATE ROLE {User} LOGIN PASSWORD '{Password}'");
        return server;
    }

    /// <summary>Whether there is a server to start on this machine.</summary>
    public static string Folder => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin")).First()
        : throw new InvalidOperationException("PostgreSQL is not installed: apt-get install postgresql");

    /// <summary>A new database that <see cref="User"/> owns.</summary>
    public async Task<string> CreateDatabaseAsync()
    {
        var name = $"grants{Interlocked.Increment(ref _databases)}";
        await ExecuteAsync("postgres", $"CREATE DATABASE {name} OWNER {User} TEMPLATE template0");
        return name;
    }

    /// <summary>What an operator configures; the password comes beside it.</summary>
    public string ConnectionString(string database) => $"Host=127.0.0.1;Port={Port};Database={database};Username={User}";

    /// <summary>What a person with all rights can do.</summary>
    public async Task<object?> ExecuteAsync(string database, string sql, params (string Name, object Value)[] values)
    {
        await using var connection = new NpgsqlConnection(
            $"Host={Data};Port={Port};Database={database};Username=postgres;Pooling=false;Include Error Detail=true");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var (name, value) in values)
        {
            command.Parameters.AddWithValue(name, value);
        }

        return await command.ExecuteScalarAsync();
    }

    /// <summary>Stops it as a debugger does: connections stay, and nobody answers.</summary>
    public void Freeze() => Signal(SigStop);

    public void Thaw() => Signal(SigCont);

    /// <summary>Ends it as the end of its power does.</summary>
    public async Task KillAsync()
    {
        Signal(SigKill);
        await _process!.WaitForExitAsync();
    }

    public async Task RestartAsync()
    {
        File.Delete(Path.Combine(Data, "postmaster.pid"));
        var (program, arguments) = Command(
            Program("postgres"),
            ["-D", Data, "-k", Data, "-h", "127.0.0.1", "-p", Port.ToString(CultureInfo.InvariantCulture), "-c", "max_connections=200",
                "-c", "shared_buffers=32MB", "-c", "fsync=off", .. _settings.SelectMany(setting => new[] { "-c", setting })]);
        _process = Process.Start(new ProcessStartInfo(program, arguments) { UseShellExecute = false, RedirectStandardError = true, WorkingDirectory = "/" })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        for (var look = 0; ; look++)
        {
            try
            {
                await ExecuteAsync("postgres", "SELECT 1");
                return;
            }
            catch (NpgsqlException) when (look < 1200)
            {
                await Task.Delay(50);
            }
        }
    }

    /// <summary>Where the server's user may write.</summary>
    public string PathOf(string file) => Path.Combine(Data, file);

    /// <summary>Puts a file beside the data, as the server's user must own it.</summary>
    public Task InstallAsync(string path, string name) =>
        RunAsync("install", ["-m", "600", .. RunsAsRoot ? ["-o", "postgres"] : Array.Empty<string>(), path, PathOf(name)]);

    /// <summary>One of PostgreSQL's own tools, as its owner.</summary>
    public Task RunToolAsync(string program, params string[] arguments) =>
        RunAsync(Program(program), ["-h", Data, "-p", Port.ToString(CultureInfo.InvariantCulture), "-U", "postgres", .. arguments]);

    public async ValueTask DisposeAsync()
    {
        if (_process is { HasExited: false })
        {
            Signal(SigCont);
            _ = Kill(_process.Id, SigQuit);
            await _process.WaitForExitAsync();
        }

        _process?.Dispose();
        await RunAsync("rm", "-rf", _folder);
    }

    private static bool RunsAsRoot => Environment.UserName == "root";

    private static string Program(string name) => Path.Combine(Folder, name);

    private static (string Program, string[] Arguments) Command(string program, string[] arguments) =>
        RunsAsRoot && program.StartsWith(Folder, StringComparison.Ordinal)
            ? ("setpriv", ["--reuid=postgres", "--regid=postgres", "--clear-groups", program, .. arguments])
            : (program, arguments);

    private static async Task RunAsync(string program, params string[] arguments)
    {
        var (exitCode, output) = await RunToEndAsync(program, arguments);
        if (exitCode != 0)
        {
            throw new InvalidOperationException($"{program} failed: {output}");
        }
    }

    private static async Task<(int ExitCode, string Output)> RunToEndAsync(string program, string[] arguments)
    {
        var (file, all) = Command(program, arguments);
        using var process = Process.Start(new ProcessStartInfo(file, all)
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = "/",
        })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, await output + await error);
    }

    /// <summary>Also to every process that serves a connection.</summary>
    private void Signal(int number)
    {
        foreach (var folder in Directory.GetDirectories("/proc").Where(folder => int.TryParse(Path.GetFileName(folder), out _)))
        {
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var parent = stat[(stat.LastIndexOf(')') + 4)..].Split(' ')[0];
                if (parent == _process!.Id.ToString(CultureInfo.InvariantCulture))
                {
                    _ = Kill(int.Parse(Path.GetFileName(folder), CultureInfo.InvariantCulture), number);
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        _ = Kill(_process!.Id, number);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
