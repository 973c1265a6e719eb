namespace NotionGateway.Settings;

/// <summary>Something that the gateway cannot do without is not there; the message tells the operator what, and what to do.</summary>
internal sealed class StartRefusedException(string message, Exception? inner = null) : Exception(message, inner);
