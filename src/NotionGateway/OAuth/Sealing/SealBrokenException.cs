namespace NotionGateway.OAuth.Sealing;

/// <summary>What is stored is not what was sealed there, or its key is gone. The message names the grant and says what to do.</summary>
internal sealed class SealBrokenException(string message, Exception? inner = null) : Exception(message, inner);
