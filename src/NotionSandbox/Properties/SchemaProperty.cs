using System.Text.Json.Nodes;
using NotionSandbox.Requests;

namespace NotionSandbox.Properties;

/// <summary>One column of a data source.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Id">What Notion calls it, percent-encoded as it is handed out.</param>
/// <param name="Type">The kind of value in it.</param>
/// <param name="Config">The whole of its definition.</param>
internal sealed record SchemaProperty(string Name, string Id, string Type, JsonObject Config)
{
    /// <summary>The id itself: what it is once nothing is percent-encoded any more.</summary>
    public string Key { get; } = RequestTarget.Decode(Id);

    /// <summary>Callers may name a property by name or by id, and the id encoded or not.</summary>
    public bool IsCalled(string name) => Name == name || Key == name || Id == name;
}
