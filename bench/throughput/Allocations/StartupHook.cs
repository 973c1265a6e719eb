// Loaded into the gateway with DOTNET_STARTUP_HOOKS: writes the number of allocated bytes to a file ten times a second. The program
// itself shows that number only on its metrics page, which the arm without telemetry does not have.
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
