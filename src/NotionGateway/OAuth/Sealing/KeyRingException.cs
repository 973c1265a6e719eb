namespace NotionGateway.OAuth.Sealing;

/// <summary>The key ring cannot be read with the encryption key that was given; the message says why and what to do.</summary>
internal sealed class KeyRingException(string message, Exception? inner = null) : Exception(message, inner);
