namespace NotionSandbox.Connections;

/// <summary>What becomes of the tokens that a connection had when it gets a new one.</summary>
internal enum OldToken
{
    KeepsWorking,
    DiesAtOnce,
}
