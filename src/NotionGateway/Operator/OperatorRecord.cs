namespace NotionGateway.Operator;

/// <summary>What is known of a request on the operator listener, for its audit line.</summary>
internal sealed class OperatorRecord
{
    /// <summary>The beginning of the hash of the key; null if not authenticated.</summary>
    public string? Operator { get; set; }

    public string Action { get; set; } = OperatorAction.Unlisted;

    /// <summary>Whether success is not worth a line.</summary>
    public bool IsQuiet { get; set; }

    /// <summary>The grant or grants it is about; always a valid name.</summary>
    public string Subject { get; set; } = "none";
}
