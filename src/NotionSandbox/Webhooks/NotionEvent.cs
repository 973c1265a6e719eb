using System.Text.Json.Nodes;

namespace NotionSandbox.Webhooks;

/// <summary>What has happened, before it is addressed to anybody.</summary>
/// <param name="Type">Such as <c>page.created</c>.</param>
/// <param name="EntityType">What kind of thing it happened to.</param>
/// <param name="EntityId">Which one.</param>
/// <param name="Data">What is told beside; nothing of the content.</param>
internal sealed record NotionEvent(string Type, string EntityType, string EntityId, JsonObject Data);
