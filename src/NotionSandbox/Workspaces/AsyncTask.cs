using System.Text.Json.Nodes;

namespace NotionSandbox.Workspaces;

/// <summary>Work that a caller allowed to happen later. It is done at once, but admits so only when asked for the second time.</summary>
internal sealed class AsyncTask
{
    public required string Id { get; init; }

    /// <summary>Method and template of the call that began it.</summary>
    public required string Operation { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required JsonObject Result { get; init; }

    public int TimesAsked { get; set; }
}
