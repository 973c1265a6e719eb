using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using NotionGateway.Benchmarks;

// dotnet run -c Release --project tests/NotionGateway.Benchmarks -- --filter '*'
// dotnet run -c Release --project tests/NotionGateway.Benchmarks -- queue-memory
// dotnet run -c Release --project tests/NotionGateway.Benchmarks -- grants [folder]
if (args is ["queue-memory"])
{
    Console.WriteLine(QueueMemory.Measure());
    return;
}

if (args is ["grants", ..])
{
    Console.WriteLine(await GrantStoreMeasure.RunAsync(args.ElementAtOrDefault(1)));
    return;
}

if (args is ["grants-use", var path, var count])
{
    Console.Write(await GrantStoreMeasure.UseAsync(path, count));
    return;
}

// In this process: a project that the runner generated would fall under this repository's own build rules.
var config = DefaultConfig.Instance.AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance));
BenchmarkSwitcher.FromAssembly(typeof(AccessBenchmarks).Assembly).Run(args, config);
