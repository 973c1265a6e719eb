namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>What this replica can expect of the store.</summary>
internal enum StorePhase
{
    /// <summary>The program has just begun, and the store has not answered yet.</summary>
    Connecting,

    /// <summary>The store answers and knows what this replica has sent.</summary>
    Shared,

    /// <summary>The store answers, and is being told what this replica has sent; nobody here gets a permit meanwhile.</summary>
    Returning,

    /// <summary>The store does not answer: this replica uses its own part of the limit.</summary>
    Lost,
}

/// <summary>The phase, from when, and why.</summary>
/// <param name="Phase">The phase.</param>
/// <param name="Since">From when; a loss that an attempt to return did not end began before that attempt.</param>
/// <param name="Why">Why the store was lost; empty in other phases.</param>
/// <param name="Loss">A number for each loss; 0 if there is none, or none that the attempt to return has to end.</param>
internal sealed record StoreState(StorePhase Phase, TimeSpan Since, string Why = "", int Loss = 0);
