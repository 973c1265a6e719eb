using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Sealing;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Sqlite;

namespace NotionGateway.Benchmarks;

/// <summary>What a hundred thousand grants cost: at start, in memory, on the disk, and for each request.</summary>
internal sealed partial class GrantStoreMeasure
{
    private const int Grants = 100_000;
    private const int Samples = 20_000;
    private const int Swaps = 1_000;

    /// <summary>About what Notion returns about a person and a workspace.</summary>
    private static readonly string Profile = new('p', 600);

    private static readonly DateTimeOffset Noon = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly StringBuilder _report = new();

    /// <summary>In the folder given, since the disk is what decides; else in the one for temporary files.</summary>
    public static async Task<string> RunAsync(string? folder)
    {
        var measure = new GrantStoreMeasure();
        var place = Directory.CreateDirectory(Path.Combine(folder ?? Path.GetTempPath(), $"grants-{Environment.ProcessId}"));
        try
        {
            await measure.MeasureAsync(Path.Combine(place.FullName, "empty.db"), Path.Combine(place.FullName, "full.db"));
        }
        finally
        {
            place.Delete(recursive: true);
        }

        return measure._report.ToString();
    }

    /// <summary>In a process of its own, whose memory has seen nothing else.</summary>
    public static async Task<string> UseAsync(string path, string count)
    {
        var measure = new GrantStoreMeasure();
        var grants = int.Parse(count, CultureInfo.InvariantCulture);

        // Once before anything is measured: code is compiled, and the library loaded.
        (await OpenAnyAsync(IsPostgres(path) ? path : path + ".other")).Owner.Dispose();
        var before = Resident();
        await measure.OpeningAsync(grants, path);
        var (store, owner) = await OpenAnyAsync(path);
        using var closing = owner;
        if (grants > 0)
        {
            await measure.LookUpsAsync(store);
            await measure.WritesAsync(store);
        }

        var (grown, all) = ((Resident() - before) / 1_048_576.0, Resident() / 1_048_576.0);
        measure.Tell($"resident memory with {grants:n0} grants, above that before the store was opened: {grown:f0} MiB, {all:f0} MiB in all");
        return measure._report.ToString();
    }

    private async Task MeasureAsync(string emptyPath, string fullPath)
    {
        (await OpenAsync(emptyPath)).Dispose();
        using (var store = await OpenAsync(fullPath))
        {
            Fill(store, fullPath);
        }

        Tell($"file of {Grants:n0} grants, two keys each: {new FileInfo(fullPath).Length / 1_048_576.0:f0} MiB");
        _report.Append(await UsedByAnotherAsync(emptyPath, 0));
        _report.Append(await UsedByAnotherAsync(fullPath, Grants));
        await CheckAsync(fullPath);
        await InPostgresAsync(fullPath);
    }

    private static async Task<string> UsedByAnotherAsync(string path, int grants)
    {
        using var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!)
        {
            ArgumentList = { "grants-use", path, grants.ToString(CultureInfo.InvariantCulture) },
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        return await process.StandardOutput.ReadToEndAsync();
    }

    private async Task OpeningAsync(int grants, string path)
    {
        var times = new List<double>();
        for (var round = 0; round < 5; round++)
        {
            var from = Stopwatch.GetTimestamp();
            using var owner = (await OpenAnyAsync(path)).Owner;
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }

        Tell($"opening a store of {grants:n0} grants: median {times.Order().ElementAt(2):f1} ms, longest {times.Max():f1} ms");
    }

    private const string EncryptionKeyText = "an encryption key only for this measure";

    private void Fill(SqliteGrantStore store, string path)
    {
        using var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton<IKeyRingStore>(store)
            .AddSingleton<IGrantStore>(store).AddGrantSealing().BuildServiceProvider();
        services.GetRequiredService<EncryptionKeys>().Provide(EncryptionKeyText, null);
        var sealer = services.GetRequiredService<GrantSealer>();
        var seals = services.GetRequiredService<RowSealer>();
        seals.Load(store.ReadRing);
        var from = Stopwatch.GetTimestamp();
        Grant[] grants = [.. Enumerable.Range(0, Grants).Select(number => Sealed(number, sealer))];
        Tell($"sealing: {Stopwatch.GetElapsedTime(from).TotalMicroseconds / Grants:f1} µs a grant of three columns");
        from = Stopwatch.GetTimestamp();
        foreach (var grant in grants.Take(Samples))
        {
            _ = sealer.Open(grant.Id, SealedColumn.AccessToken, grant.Secrets.AccessToken);
        }

        Tell($"opening a sealed token: {Stopwatch.GetElapsedTime(from).TotalMicroseconds / Samples:f1} µs");

        // In one transaction, as no gateway would: a hundred thousand consents take months.
        using var writer = new SqliteSession(new SqliteStoreSettings(path), writes: true);
        writer.Atomically(session =>
        {
            foreach (var grant in grants)
            {
                GrantRows.Add(session, grant, seals);
                KeyRows.Add(session, [Key("access", grant), Key("refresh", grant)], seals);
            }

            return true;
        });
    }

    private async Task LookUpsAsync(IGrantStore store)
    {
        var random = new Random(7);
        string[] names = [.. Enumerable.Range(0, Samples).Select(_ => $"crm/customer-{random.Next(Grants)}")];
        KeyDigest[] known = [.. names.Select(name => KeyDigest.Of($"access of id of {name}"))];
        KeyDigest[] unknown = [.. Enumerable.Range(0, Samples).Select(number => KeyDigest.Of($"unknown {number}"))];
        foreach (var round in (string[])["first round", "second round"])
        {
            await TimesAsync(
                $"grant by name, {round}", Samples, async index => await store.FindAsync(new CredentialName(names[index]), CancellationToken.None) is not null);
        }

        // Alternating, so that other load on the machine affects both.
        var (knownTimes, unknownTimes) = (new double[Samples], new double[Samples]);
        for (var index = 0; index < Samples; index++)
        {
            knownTimes[index] = await TimeAsync(async () => await store.FindKeyAsync(known[index], CancellationToken.None) is not null);
            unknownTimes[index] = await TimeAsync(async () => await store.FindKeyAsync(unknown[index], CancellationToken.None) is null);
        }

        Tell("key by digest, known", knownTimes);
        Tell("key by digest, unknown", unknownTimes);
        var from = Stopwatch.GetTimestamp();
        _ = await store.CountAsync(CancellationToken.None);
        Tell($"counting by app and state: {Stopwatch.GetElapsedTime(from).TotalMilliseconds:f1} ms");
    }

    private async Task WritesAsync(IGrantStore store)
    {
        var grants = await store.ListAsync("crm", null, Swaps, CancellationToken.None);
        await TimesAsync(
            "swap of a pair, synchronised with the disk", Swaps, index => store.TrySwapAsync(grants[index], grants[index].Version, CancellationToken.None));
    }

    private async Task CheckAsync(string path)
    {
        var from = Stopwatch.GetTimestamp();
        (await OpenAsync(path, long.MaxValue)).Dispose();
        var (most, time) = (new SqliteStoreSettings(path).MostBytesChecked / 1_048_576, Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        Tell($"opening it with a full check, as is done up to {most} MiB: {time:f0} ms");
    }

    private async Task TimesAsync(string what, int samples, Func<int, Task<bool>> work)
    {
        var times = new double[samples];
        for (var index = 0; index < samples; index++)
        {
            times[index] = await TimeAsync(() => work(index));
        }

        Tell(what, times);
    }

    private static async Task<double> TimeAsync(Func<Task<bool>> work)
    {
        var from = Stopwatch.GetTimestamp();
        var asExpected = await work();
        var time = Stopwatch.GetElapsedTime(from).TotalMicroseconds;
        return asExpected ? time : throw new InvalidOperationException("The store did not answer as it should.");
    }

    private static async Task<SqliteGrantStore> OpenAsync(string path, long? mostChecked = null)
    {
        var settings = new SqliteStoreSettings(path);
        var keys = new EncryptionKeys();
        keys.Provide(EncryptionKeyText, null);
        var store = new SqliteGrantStore(
            settings with { MostBytesChecked = mostChecked ?? settings.MostBytesChecked },
            new RowSealer(keys, TimeProvider.System, NullLogger<RowSealer>.Instance),
            TimeProvider.System);
        await store.OpenAsync(CancellationToken.None);
        return store;
    }

    private static Grant Sealed(int number, GrantSealer sealer)
    {
        var name = $"crm/customer-{number}";
        var id = "id of " + name;
        return new Grant
        {
            Id = id,
            Name = new CredentialName(name),
            BotId = $"bot of {name}",
            WorkspaceId = $"workspace {number / 3}",
            WorkspaceName = "Acme and daughters",
            Owner = "Ada Lovelace (ada@example.com)",
            CreatedAt = Noon,
            RefreshedAt = Noon,
            Secrets = new SealedSecrets(
                sealer.Seal(id, SealedColumn.AccessToken, new string('a', 50)),
                sealer.Seal(id, SealedColumn.RefreshToken, new string('r', 50)),
                sealer.Seal(id, SealedColumn.Profile, Profile)),
        };
    }

    private static BoundKey Key(string kind, Grant grant) =>
        new(KeyDigest.Of($"{kind} of {grant.Id}"), grant.Id, "crm", BoundKeyKind.Access, "issue of " + grant.Id);

    private static long Resident()
    {
        // What is garbage, and what the collector keeps for more of it, belongs to no store.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private void Tell(string what, double[] microseconds)
    {
        Array.Sort(microseconds);
        Tell($"{what}: p50 {microseconds[microseconds.Length / 2]:f1} µs, p99 {microseconds[microseconds.Length * 99 / 100]:f1} µs");
    }

    private void Tell(FormattableString line) => _report.AppendLine(line.ToString(CultureInfo.InvariantCulture));
}
