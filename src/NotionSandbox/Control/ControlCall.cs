using System.Text.Json.Nodes;
using NotionSandbox.Requests;

namespace NotionSandbox.Control;

/// <summary>One request to the control plane.</summary>
/// <param name="Values">What the path says in place of the template's names, decoded.</param>
/// <param name="Query">The query.</param>
/// <param name="Body">The JSON body; empty when there was none.</param>
internal sealed record ControlCall(IReadOnlyList<string> Values, TargetQuery Query, JsonObject Body);
