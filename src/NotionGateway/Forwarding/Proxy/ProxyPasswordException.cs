namespace NotionGateway.Forwarding.Proxy;

/// <summary>The proxy's password cannot be read; the message says why, in words fit for a log.</summary>
internal sealed class ProxyPasswordException(string message) : Exception(message);
