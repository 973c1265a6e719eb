using System.Text;
using NotionSandbox.Json;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Uploads;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>File uploads: announced, looked at, listed.</summary>
internal static class UploadEndpoints
{
    private const int MaxNameBytes = 900;
    private const int MaxParts = 1000;

    public static SandboxResponse Create(Call call)
    {
        var mode = Mode(call.Body.Text("mode"));
        var name = call.Body.Text("filename");
        var parts = (int?)call.Body["number_of_parts"].Number();
        if (mode != UploadMode.SinglePart && name is null)
        {
            throw Refusal.Missing("body.filename");
        }

        if (Encoding.UTF8.GetByteCount(name ?? "") > MaxNameBytes)
        {
            throw Refusal.Field("body.filename", $"be at most `{MaxNameBytes}` bytes", name);
        }

        if (mode == UploadMode.MultiPart && parts is null or < 1 or > MaxParts)
        {
            throw Refusal.Field("body.number_of_parts", $"be ≥ `1` and ≤ `{MaxParts}`", parts);
        }

        if (mode == UploadMode.MultiPart && call.Connection.Plan == Connections.Plan.Free)
        {
            throw Refusal.Validation("Multi-part uploads are not available on this workspace's plan.");
        }

        if (mode == UploadMode.ExternalUrl && call.Body.Text("external_url")?.StartsWith("https://", StringComparison.Ordinal) != true)
        {
            throw Refusal.Field("body.external_url", "be an HTTPS URL", call.Body["external_url"]);
        }

        var upload = new FileUpload
        {
            Id = call.Ids.Next(),
            Mode = mode,
            CreatedBy = call.UserId,
            Created = call.Now,
            Edited = call.Now,
            FileName = name,
            ContentType = call.Body.Text("content_type") ?? MediaTypes.Guess(name),
            PartsExpected = parts ?? 1,
        };
        call.Workspace.Uploads.Add(upload);
        return new JsonResponse(UploadShape.Of(upload, call));
    }

    public static SandboxResponse Retrieve(Call call)
    {
        var upload = Find(call);
        if (upload.Mode == UploadMode.ExternalUrl && !upload.IsUploaded)
        {
            // Nothing is fetched: the sandbox makes no requests of its own. The import has succeeded by the time a caller checks.
            (upload.IsUploaded, upload.ContentLength, upload.Edited) = (true, 13264, call.Now);
        }

        return new JsonResponse(UploadShape.Of(upload, call));
    }

    public static SandboxResponse List(Call call)
    {
        var status = call.Query["status"];
        var uploads = call.Workspace.Uploads.Where(upload => status is null || upload.Status(call.Now) == status).Reverse().ToList();
        var slice = Paging.OfQuery(call).Cut(uploads, $"file_uploads/{status}", upload => upload.Id);
        return ListShape.Of(slice, "file_upload", upload => UploadShape.Of(upload, call));
    }

    public static FileUpload Find(Call call)
    {
        var id = call.Id();
        return call.Workspace.Uploads.Find(upload => upload.Id == id) ?? throw call.NotFound("file upload", id);
    }

    private static UploadMode Mode(string? text) => text switch
    {
        null or "single_part" => UploadMode.SinglePart,
        "multi_part" => UploadMode.MultiPart,
        "external_url" => UploadMode.ExternalUrl,
        _ => throw Refusal.Field("body.mode", "be `\"single_part\"`, `\"multi_part\"` or `\"external_url\"`", text),
    };
}
