using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget;

/// <summary>Names one permit within this process: what was taken, sent or given back can be told again without being counted again.</summary>
internal readonly record struct PermitId(long Number);

/// <summary>A permit that was used, and from when it counts.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct SentPermit(PermitId Permit, TimeSpan At);

/// <summary>Numbers permits, one row for all budgets of the process.</summary>
internal sealed class PermitIds
{
    private long _last;

    public PermitId Next() => new(Interlocked.Increment(ref _last));
}
