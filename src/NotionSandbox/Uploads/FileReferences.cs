using System.Text.Json.Nodes;
using NotionSandbox.Ids;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Uploads;

/// <summary>Where content points at a file: an uploaded one becomes a file of Notion's own, with a link that expires.</summary>
internal static class FileReferences
{
    private const string Storage = "https://prod-files-secure.s3.us-west-2.amazonaws.com";

    public static JsonObject Resolve(JsonObject content, Call call)
    {
        if (content["file_upload"].Text("id") is { } id)
        {
            var upload = Uploaded(id, call);
            content.Remove("file_upload");
            content["type"] = "file";
            content["file"] = Link(upload, call);
        }
        else if (content.ContainsKey("external"))
        {
            content["type"] = "external";
        }

        return content;
    }

    /// <summary>The upload with that id, ready to be attached; a refusal when it is not.</summary>
    public static FileUpload Uploaded(string text, Call call)
    {
        var upload = IdText.TryParse(text, out var id) ? call.Workspace.Uploads.Find(upload => upload.Id == id) : null;
        if (upload is null)
        {
            throw call.NotFound("file upload", text);
        }

        var status = upload.Status(call.Now);
        return status is "uploaded"
            ? upload
            : throw Refusal.Validation($"The file upload {upload.Id} should have the status `uploaded`, instead was `{status}`.");
    }

    public static JsonObject Link(FileUpload upload, Call call) => new()
    {
        ["url"] = $"{Storage}/{call.Workspace.Id}/{upload.Id}/{Uri.EscapeDataString(upload.FileName ?? "file")}?X-Amz-Expires=3600",
        ["expiry_time"] = Timestamps.Exact(call.Now + FileUpload.Lifetime),
    };
}
