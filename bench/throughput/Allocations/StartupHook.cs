// Loaded into the gateway by DOTNET_STARTUP_HOOKS: writes down ten times a second how many bytes have been allocated. The program
// itself shows that number on its page of metrics only, which is not there in the arm without telemetry.
#pragma warning disable RS0030, MA0047 // the runtime looks for a type of this name, without a namespace
internal static class StartupHook
{
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("BENCH_ALLOCATED") is not { } path)
        {
            return;
        }

        new Thread(() => Run(path)) { IsBackground = true }.Start();
    }

    private static void Run(string path)
    {
        var text = new byte[24];
        using var file = File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        while (true)
        {
            text.AsSpan().Fill((byte)' ');
            GC.GetTotalAllocatedBytes().TryFormat(text, out _);
            RandomAccess.Write(file, text, 0);
            Thread.Sleep(100);
        }
    }
}
