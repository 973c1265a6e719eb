namespace NotionSandbox.Connections;

/// <summary>What a connection was allowed to do when it was set up; an endpoint asks for one or more of them.</summary>
[Flags]
internal enum Capabilities
{
    None = 0,
    ReadContent = 1,
    UpdateContent = 2,
    InsertContent = 4,
    ReadComments = 8,
    InsertComments = 16,
    UserInformation = 32,
    RunAgents = 64,
    All = ReadContent | UpdateContent | InsertContent | ReadComments | InsertComments | UserInformation | RunAgents,
}
