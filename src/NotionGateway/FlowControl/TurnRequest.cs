namespace NotionGateway.FlowControl;

/// <summary>Asks for a turn on a connection.</summary>
internal sealed record TurnRequest(CredentialName Credential);
