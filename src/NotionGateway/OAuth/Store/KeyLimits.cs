namespace NotionGateway.OAuth.Store;

/// <summary>How many rows callers can create in a store, whatever they do; every store enforces the same numbers.</summary>
internal static class KeyLimits
{
    /// <summary>
    /// Key pairs bought with one refresh key that live at once: two workers that refresh in the same moment both go on, a
    /// loop does not grow.
    /// </summary>
    public const int FamiliesPerRefreshKey = 2;

    /// <summary>Key pairs that a caller holds of one grant; those that were replaced already end first, then the oldest.</summary>
    public const int FamiliesPerCaller = 16;

    /// <summary>Connect links that have not expired.</summary>
    public const int Links = 10_000;
}
