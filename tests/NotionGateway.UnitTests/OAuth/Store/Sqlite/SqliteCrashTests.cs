using System.Diagnostics;
using System.IO.Pipes;
using NotionGateway.OAuth.Store.Sqlite;
using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store.Sqlite;

/// <summary>F39: however a process or the power ends, the file holds whole pairs, and none that was acknowledged is lost.</summary>
public sealed class SqliteCrashTests : IDisposable
{
    private const string FileVariable = "NOTION_GATEWAY_TEST_FILE", PipeVariable = "NOTION_GATEWAY_TEST_PIPE";

    private readonly SqliteFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task However_much_of_the_log_reached_the_disk_the_pair_is_whole()
    {
        using var store = await _folder.OpenAsync();
        var grant = Grant("crm/acme");
        await store.AddAsync(grant, Stop);
        for (var version = 1; version <= 20; version++)
        {
            await store.TrySwapAsync(grant with { Secrets = Secrets(version + 1) }, version, Stop);
        }

        var (file, log) = (SqliteFolder.Read(_folder.FilePath), SqliteFolder.Read(_folder.FilePath + "-wal"));
        var versions = new List<long>();
        for (var part = 0; part <= 60; part++)
        {
            versions.Add(await VersionAfterAsync(file, log[..(int)((long)log.Length * part / 60)]));
        }

        Assert.Equal(versions.Order(), versions);
        Assert.Equal(21, versions[^1]);
        Assert.True(versions.Distinct().Count() > 10);
    }

    [Fact]
    public async Task A_log_that_is_torn_in_the_middle_gives_an_earlier_pair_that_is_whole()
    {
        using var store = await _folder.OpenAsync();
        var grant = Grant("crm/acme");
        await store.AddAsync(grant, Stop);
        for (var version = 1; version <= 20; version++)
        {
            await store.TrySwapAsync(grant with { Secrets = Secrets(version + 1) }, version, Stop);
        }

        var (file, log) = (SqliteFolder.Read(_folder.FilePath), SqliteFolder.Read(_folder.FilePath + "-wal"));
        log[log.Length * 3 / 4] ^= 1;
        Assert.InRange(await VersionAfterAsync(file, log), 5, 20);
    }

    [Fact]
    public async Task A_process_that_is_killed_in_the_middle_of_writing_loses_nothing_it_was_told_is_stored()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is { } file)
        {
            await WriteUntilKilledAsync(file);
        }

        using (var store = await _folder.OpenAsync())
        {
            await store.AddAsync(Grant("crm/acme"), Stop);
        }

        foreach (var acknowledgements in (int[])[1, 40, 97])
        {
            var acknowledged = await KillAfterAsync(acknowledgements);
            using var store = await _folder.OpenAsync();
            var grant = (await store.FindAsync(Name("crm/acme"), Stop))!;
            Assert.Equal(Told(grant with { Secrets = Secrets(grant.Version) }), Told(grant));
            Assert.True(grant.Version >= acknowledged, $"Version {acknowledged} was acknowledged, and {grant.Version} is stored.");
        }
    }

    /// <summary>What the test above does in the process that it starts.</summary>
    private static async Task WriteUntilKilledAsync(string file)
    {
        using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, Environment.GetEnvironmentVariable(PipeVariable)!);
        await using var told = new StreamWriter(pipe) { AutoFlush = true };
        using var store = await SqliteFolder.OpenAsync(new SqliteStoreSettings(file));
        var grant = (await store.FindAsync(Name("crm/acme"), Stop))!;
        for (var version = grant.Version; await store.TrySwapAsync(grant with { Secrets = Secrets(version + 1) }, version, Stop); version++)
        {
            await told.WriteLineAsync($"{version + 1}");
        }
    }

    private async Task<long> KillAfterAsync(int acknowledgements)
    {
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "--filter-method", $"*.{nameof(A_process_that_is_killed_in_the_middle_of_writing_loses_nothing_it_was_told_is_stored)}" },
            Environment = { [FileVariable] = _folder.FilePath, [PipeVariable] = pipe.GetClientHandleAsString() },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        pipe.DisposeLocalCopyOfClientHandle();
        using var reader = new StreamReader(pipe);
        var last = 0L;
        try
        {
            for (var number = 0; number < acknowledgements; number++)
            {
                last = long.Parse((await reader.ReadLineAsync(Stop))!, System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(Stop);
        }

        // What it had told before it died counts too; a line may have been cut off.
        while (await reader.ReadLineAsync(Stop) is { } line)
        {
            last = Math.Max(last, long.TryParse(line, System.Globalization.CultureInfo.InvariantCulture, out var version) ? version : 0);
        }

        return last;
    }

    /// <summary>The version in a copy as a crash would leave it; 0 if the grant is not in it yet. A pair that is not whole fails.</summary>
    private async Task<long> VersionAfterAsync(byte[] file, byte[] log)
    {
        var path = _folder.NextPath();
        await File.WriteAllBytesAsync(path, file, Stop);
        await File.WriteAllBytesAsync(path + "-wal", log, Stop);
        using var store = await SqliteFolder.OpenAsync(new SqliteStoreSettings(path));
        if (await store.FindAsync(Name("crm/acme"), Stop) is not { } grant)
        {
            return 0;
        }

        Assert.Equal(Told(grant with { Secrets = Secrets(grant.Version) }), Told(grant));
        return grant.Version;
    }
}
