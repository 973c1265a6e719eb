using System.Text.Json.Nodes;
using NotionSandbox.Responses;
using NotionSandbox.Routing;

namespace NotionSandbox.Faults;

/// <summary>The write is done, but took too long: 503, with the ids of what was made and the advice not to do it again.</summary>
internal sealed record SavedFault : Fault
{
    public SavedFault() => Performs = true;

    public override Task StrikeAsync(Delivery delivery, NotionEndpoint? endpoint, SandboxResponse? real)
    {
        if (real is not JsonResponse { Status: < 400 } saved)
        {
            return delivery.SendAsync(real ?? JsonResponse.Error(ErrorCode.ServiceUnavailable, "The request was not carried out."));
        }

        var more = new JsonObject
        {
            ["from"] = endpoint?.Template ?? "",
            ["elapsed_ms"] = "55012",
            ["deadline_ms"] = "55000",
            ["retry_guidance"] = new JsonArray("Read the object again to see whether the write was saved.", "Do not repeat the write."),
        };
        if (saved.Body["results"] is JsonArray children)
        {
            more["committed_resource_id"] = children.Count > 0 ? ParentId(children[0]) : null;
            more["committed_child_ids"] = new JsonArray([.. children.Select(child => child?["id"]?.DeepClone())]);
        }
        else if (saved.Body["id"] is { } id)
        {
            more["committed_resource_id"] = id.DeepClone();
        }

        return delivery.SendAsync(JsonResponse.Error(
            ErrorCode.ServiceUnavailable, "The write was saved, but reading it back took too long. Do not repeat the write.", more));
    }

    private static JsonNode? ParentId(JsonNode? child)
    {
        var parent = child?["parent"];
        return parent?[(string?)parent["type"] ?? ""]?.DeepClone();
    }
}
