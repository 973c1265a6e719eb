using System.Runtime.CompilerServices;
using NotionGateway.Access;

namespace NotionGateway.Telemetry.Lines;

/// <summary>
/// Bounds the lines of denied requests as <see cref="AnonymousLogLimiter"/> does those of unauthenticated requests, but by caller: the loop of one must
/// not hide the denials of another.
/// </summary>
internal sealed class DenialLogLimit(TimeProvider time)
{
    // An entry goes with its caller, so reloads leave nothing behind.
    private readonly ConditionalWeakTable<Caller, AnonymousLogLimiter> _callers = [];

    /// <summary>Whether the lines of this caller's denied request may be written, and how many requests were left out before it.</summary>
    public bool TryTake(Caller caller, out int leftOut) =>
        _callers.GetOrAdd(caller, static (_, time) => new AnonymousLogLimiter(time), time).TryTake(out leftOut);
}
