using System.Runtime.InteropServices;

namespace NotionGateway.FlowControl.Budget;

/// <summary>For whom a permit is asked: what a budget that several processes share needs to be fair among the callers of all of them.</summary>
/// <param name="Callers">Those who are next here, in their order.</param>
/// <param name="Waiting">All requests that wait here.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct PermitBid(IReadOnlyList<BidCaller> Callers, int Waiting)
{
    /// <summary>So many callers are named at most.</summary>
    public const int MostCallers = 16;

    /// <summary>Nobody waits here: the permit is for the request that asks.</summary>
    public static PermitBid NobodyWaits => new([], 0);
}

/// <summary>A caller that waits, and what a permit costs it: the smaller its weight, the more.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct BidCaller(string Name, long Cost);
