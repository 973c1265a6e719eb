using System.Globalization;
using NotionSandbox.Requests;
using NotionSandbox.Responses;
using NotionSandbox.Shapes;
using NotionSandbox.Uploads;
using NotionSandbox.Workspaces;

namespace NotionSandbox.Endpoints;

/// <summary>The bytes of an upload, whole or in parts, and the word that all parts are there.</summary>
internal static class UploadSendEndpoints
{
    private const int MinPart = 5 * 1024 * 1024;

    public static SandboxResponse Send(Call call)
    {
        var upload = UploadEndpoints.Find(call);
        var form = call.Form!;
        if (upload.Status(call.Now) is not "pending" and var status)
        {
            throw Refusal.Validation($"The file upload should have the status `pending`, instead was `{status}`.");
        }

        CheckSize(form.Length, call);
        CheckType(upload, form);
        if (upload.Mode == UploadMode.MultiPart)
        {
            upload.Parts[PartNumber(upload, form)] = form.Length;
        }
        else
        {
            (upload.IsUploaded, upload.ContentLength, upload.FileName) = (true, form.Length, upload.FileName ?? form.FileName);
        }

        upload.Edited = call.Now;
        return new JsonResponse(UploadShape.Of(upload, call));
    }

    public static SandboxResponse Complete(Call call)
    {
        var upload = UploadEndpoints.Find(call);
        if (upload.Mode != UploadMode.MultiPart || upload.Status(call.Now) is not "pending")
        {
            throw Refusal.Validation("Only a pending multi-part upload can be completed.");
        }

        if (upload.Parts.Count < upload.PartsExpected)
        {
            throw Refusal.Validation($"Expected {upload.PartsExpected} parts, but {upload.Parts.Count} were sent.");
        }

        if (upload.Parts.Values.SkipLast(1).Any(length => length < MinPart))
        {
            throw Refusal.Validation("Every part but the last should be at least 5 MiB.");
        }

        (upload.IsUploaded, upload.ContentLength, upload.Edited) = (true, upload.Parts.Values.Sum(), call.Now);
        CheckTotal(upload.ContentLength.Value, call);
        return new JsonResponse(UploadShape.Of(upload, call));
    }

    private static void CheckSize(long length, Call call)
    {
        if (length > Multipart.MaxFile)
        {
            throw Refusal.Field("body.file.length", $"be ≤ `{Multipart.MaxFile}`", length);
        }

        CheckTotal(length, call);
    }

    private static void CheckTotal(long length, Call call)
    {
        if (length > call.Connection.MaxUploadBytes)
        {
            throw Refusal.Validation($"The file is larger than this workspace's plan allows: {length} bytes of {call.Connection.MaxUploadBytes}.");
        }
    }

    private static void CheckType(FileUpload upload, Multipart form)
    {
        var (expected, sent) = (MediaTypes.Bare(upload.ContentType), MediaTypes.Bare(form.ContentType));
        if (expected is not null && sent is not (null or "application/octet-stream") && expected != sent)
        {
            throw Refusal.Validation($"The content type of the file should be `{expected}`, instead was `{sent}`.");
        }

        upload.ContentType ??= sent ?? MediaTypes.Guess(form.FileName);
    }

    private static int PartNumber(FileUpload upload, Multipart form) =>
        int.TryParse(form.PartNumber, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= 1 && number <= upload.PartsExpected
            ? number
            : throw Refusal.Field("body.part_number", $"be ≥ `1` and ≤ `{upload.PartsExpected}`", form.PartNumber);
}
