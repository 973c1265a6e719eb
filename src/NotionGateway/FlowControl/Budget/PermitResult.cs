using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget;

/// <summary>The result of an attempt to take a permit.</summary>
/// <param name="IsTaken">Whether there is one.</param>
/// <param name="Permit">Which one.</param>
/// <param name="Caller">Whose it is among those who were named; null if the queue's own order decides.</param>
/// <param name="NotBefore">If there is none: before when it is useless to ask again.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PermitResult(bool IsTaken, PermitId Permit, string? Caller, TimeSpan NotBefore)
{
    public static PermitResult Taken(PermitId permit, string? caller = null) => new(true, permit, caller, default);

    public static PermitResult Wait(TimeSpan notBefore) => new(false, default, null, notBefore);
}

/// <summary>How much of a window is used.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct WindowUse(int Used, int Limit);
