namespace NotionGateway.Operator;

/// <summary>What an endpoint does, for the audit line, and what it takes.</summary>
/// <param name="Name">The action in the words of the audit line.</param>
internal sealed record OperatorAction(string Name)
{
    public const string Unlisted = "unlisted";

    /// <summary>Whether it changes nothing, so that a viewer may do it.</summary>
    public bool IsReading { get; init; }

    public bool TakesBody { get; init; }

    public bool TakesQuery { get; init; }

    /// <summary>Whether it only reads what this process holds, and may be asked each second: success is not put on record.</summary>
    public bool IsQuiet { get; init; }
}
