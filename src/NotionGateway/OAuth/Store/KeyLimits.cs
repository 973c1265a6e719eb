namespace NotionGateway.OAuth.Store;

/// <summary>How many rows callers can create in a store, whatever they do; every store enforces the same numbers.</summary>
internal static class KeyLimits
{
    /// <summary>
    /// Key pairs obtained with one refresh key that are valid at once: two workers that refresh at the same moment can both
    /// continue, and a loop does not create more.
    /// </summary>
    public const int FamiliesPerRefreshKey = 2;

    /// <summary>Key pairs that a caller has for one grant; those that were replaced already end first, then the oldest.</summary>
    public const int FamiliesPerCaller = 16;

    /// <summary>Connect links that have not expired.</summary>
    public const int Links = 10_000;
}
