namespace NotionSandbox.Faults;

/// <summary>Which requests a fault applies to. A field that is not set matches everything.</summary>
internal sealed record FaultRule
{
    public string? Method { get; init; }

    /// <summary>The beginning of a path as sent, or an endpoint's template with names in braces.</summary>
    public string? Path { get; init; }

    /// <summary>The connection's name.</summary>
    public string? Connection { get; init; }

    public string? Token { get; init; }

    /// <summary>How many matching requests pass unharmed first.</summary>
    public int Skip { get; init; }

    /// <summary>How many are struck after that; for ever when null.</summary>
    public int? Times { get; init; }

    /// <summary>Waited for before anything is answered.</summary>
    public int DelayMs { get; init; }

    /// <summary>What goes wrong; nothing but the delay when null.</summary>
    public Fault? Fault { get; init; }
}
