using System.Diagnostics.CodeAnalysis;

namespace NotionGateway.Hosting;

/// <summary>
/// Runtime settings that can only be made from within, before the first socket is opened. What they bring was measured:
/// docs/decisions/0006-speed.md.
/// </summary>
internal static class RuntimeTuning
{
    /// <summary>
    /// Lets the thread that hears of a socket's data carry on with the request itself instead of waking another one. Good
    /// where, as here, nothing blocks on the way.
    /// </summary>
    private const string InlineCompletions = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    [SuppressMessage("ApiDesign", "RS0030", Justification = "A setting of the process, made before there is anything to pass it to.")]
    public static void Apply()
    {
        if (Environment.GetEnvironmentVariable(InlineCompletions) is null)
        {
            Environment.SetEnvironmentVariable(InlineCompletions, "1");
        }
    }
}
