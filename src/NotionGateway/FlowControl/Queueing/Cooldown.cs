using System.Runtime.InteropServices;
using NotionGateway.FlowControl.Budget;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>What a limit of Notion's that was met holds back.</summary>
internal enum LimitLevel
{
    /// <summary>Everything on the connection.</summary>
    Credential,

    /// <summary>Every connection of the workspace.</summary>
    Workspace,

    /// <summary>One operation on the connection.</summary>
    Endpoint,
}

/// <summary>A pause that Notion asked for.</summary>
/// <param name="Level">What is paused.</param>
/// <param name="Until">Its end, by the <see cref="MonotonicClock"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Cooldown(LimitLevel Level, TimeSpan Until);
