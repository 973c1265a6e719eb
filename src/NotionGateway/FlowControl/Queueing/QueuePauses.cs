using System.Runtime.InteropServices;
using NotionGateway.Notion;

namespace NotionGateway.FlowControl.Queueing;

/// <summary>What a reached Notion limit pauses.</summary>
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
/// <param name="Until">Its end, by the <see cref="MonotonicTime"/>.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Cooldown(LimitLevel Level, TimeSpan Until);

/// <summary>The pauses that Notion has asked for on one connection, by level. Takes no memory while there are none.</summary>
internal sealed class QueuePauses
{
    private Dictionary<NotionOperation, TimeSpan>? _endpoints;
    private TimeSpan _credential;
    private TimeSpan _workspace;

    public void Add(Cooldown cooldown, NotionOperation? operation)
    {
        switch (cooldown.Level)
        {
            case LimitLevel.Endpoint when operation is not null:
                _endpoints ??= [];
                _endpoints[operation] = MonotonicTime.Later(_endpoints.GetValueOrDefault(operation), cooldown.Until);
                break;
            case LimitLevel.Workspace:
                _workspace = MonotonicTime.Later(_workspace, cooldown.Until);
                break;
            default:
                _credential = MonotonicTime.Later(_credential, cooldown.Until);
                break;
        }
    }

    /// <summary>The end of an operation's own pause; a time in the past if there is none.</summary>
    public TimeSpan EndFor(NotionOperation? operation) =>
        _endpoints is not null && operation is not null ? _endpoints.GetValueOrDefault(operation) : TimeSpan.Zero;

    public bool IsPaused(NotionOperation? operation, TimeSpan now) => _endpoints is not null && EndFor(operation) > now;

    /// <summary>When the next pause of an operation ends; what has ended is forgotten.</summary>
    public TimeSpan? NextEnd(TimeSpan now)
    {
        if (_endpoints is null)
        {
            return null;
        }

        foreach (var (operation, _) in _endpoints.Where(pause => pause.Value <= now).ToList())
        {
            _endpoints.Remove(operation);
        }

        if (_endpoints.Count == 0)
        {
            _endpoints = null;
        }

        return _endpoints?.Values.Min();
    }

    public bool AnyAt(TimeSpan now) => _credential > now || _workspace > now || NextEnd(now) is not null;

    /// <summary>What is paused at a moment, the longest of each level.</summary>
    public IReadOnlyList<Cooldown> At(TimeSpan now)
    {
        Cooldown[] all =
        [
            new(LimitLevel.Credential, _credential), new(LimitLevel.Workspace, _workspace), new(LimitLevel.Endpoint, _endpoints?.Values.Max() ?? TimeSpan.Zero),
        ];
        return [.. all.Where(cooldown => cooldown.Until > now)];
    }
}
