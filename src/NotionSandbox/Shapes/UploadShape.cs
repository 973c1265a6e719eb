using System.Text.Json.Nodes;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Shapes;

/// <summary>Uploads as JSON, with the absolute addresses that lead past any gateway to Notion itself.</summary>
internal static class UploadShape
{
    public static JsonObject Of(FileUpload upload, Call call)
    {
        var url = $"https://api.notion.com/v1/file_uploads/{upload.Id}";
        var status = upload.Status(call.Now);
        var shown = new JsonObject
        {
            ["object"] = "file_upload",
            ["id"] = upload.Id,
            ["created_time"] = Timestamps.Minute(upload.Created),
            ["created_by"] = new JsonObject { ["id"] = upload.CreatedBy, ["type"] = "bot" },
            ["last_edited_time"] = Timestamps.Minute(upload.Edited),
            ["expiry_time"] = Timestamps.Minute(upload.Expires),
        };
        if (status is "pending")
        {
            shown["upload_url"] = $"{url}/send";
        }

        if (status is "pending" && upload.Mode == UploadMode.MultiPart)
        {
            shown["complete_url"] = $"{url}/complete";
        }

        shown["status"] = status;
        shown["filename"] = upload.FileName;
        shown["content_type"] = upload.ContentType;
        shown["content_length"] = upload.ContentLength;
        if (upload.Mode == UploadMode.MultiPart)
        {
            shown["number_of_parts"] = new JsonObject { ["total"] = upload.PartsExpected, ["sent"] = upload.Parts.Count };
        }

        if (upload is { Mode: UploadMode.ExternalUrl, IsUploaded: true })
        {
            shown["file_import_result"] = new JsonObject
            {
                ["type"] = "success",
                ["success"] = new JsonObject(),
                ["imported_time"] = Timestamps.Millisecond(upload.Edited),
            };
        }

        return shown.With(inTrash: false, call.Version);
    }
}
