namespace NotionGateway.FlowControl.Budget.Shared.Store;

/// <summary>What is asked of the store: each script is one question that the store answers as a whole or not at all.</summary>
internal sealed record StoreScript(string Name, string Text)
{
    /// <summary>Notes what was sent and given back, then takes a permit.</summary>
    public static readonly StoreScript Take = Read("take");

    /// <summary>Tells a connection's state what this replica has sent.</summary>
    public static readonly StoreScript Sync = Read("sync");

    /// <summary>A sign of life, and news of the other replicas.</summary>
    public static readonly StoreScript Beat = Read("beat");

    public static readonly IReadOnlyList<StoreScript> All = [Take, Sync, Beat];

    private static StoreScript Read(string name)
    {
        using var stream = typeof(StoreScript).Assembly.GetManifestResourceStream($"NotionGateway.FlowControl.Budget.Shared.Store.{name}.lua")
            ?? throw new InvalidOperationException($"The script {name}.lua is missing from the program.");
        using var reader = new StreamReader(stream);
        return new StoreScript(name, reader.ReadToEnd());
    }
}

/// <summary>Runs a script in the store: the one thing that a kind of store has to be able to do. The answer is a flat list.</summary>
internal delegate Task<string[]> StoreCall(StoreScript script, string[] keys, string[] arguments);
