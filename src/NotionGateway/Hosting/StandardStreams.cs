using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace NotionGateway.Hosting;

/// <summary>
/// Standard output and standard error, which the parent process may have closed. The runtime's own files then have their
/// numbers, and a line that is written there ends the process.
/// </summary>
[SuppressMessage("ApiDesign", "RS0030", Justification = "This is the seam.")]
internal static class StandardStreams
{
    private const int Output = 1;
    private const int Error = 2;
    private const int GetDescriptorFlags = 1;
    private const int ClosesOnExec = 1;

    /// <summary>For what commands print.</summary>
    public static TextWriter OutputText => IsOpen(Output) ? Console.Out : TextWriter.Null;

    public static TextWriter ErrorText => IsOpen(Error) ? Console.Error : TextWriter.Null;

    /// <summary>For log lines: a stream that says when it could not write.</summary>
    public static Stream OpenOutput() => OperatingSystem.IsWindows() ? Console.OpenStandardOutput() : new DescriptorStream(IsOpen(Output) ? Output : -1);

    // What a process inherits survived an exec; all that the runtime opens does not.
    private static bool IsOpen(int descriptor) => OperatingSystem.IsWindows() || (Fcntl(descriptor, GetDescriptorFlags) & ClosesOnExec) == 0;

    [DllImport("libc", EntryPoint = "fcntl")]
    private static extern int Fcntl(int descriptor, int command);
}
