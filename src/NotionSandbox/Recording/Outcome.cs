namespace NotionSandbox.Recording;

/// <summary>How a request ended.</summary>
/// <param name="Status">The status that was answered; 0 when the connection was cut before one.</param>
/// <param name="RequestId">The id in the response.</param>
/// <param name="Fault">The number of the fault that struck, if one did.</param>
internal sealed record Outcome(int Status, string RequestId, int? Fault);
