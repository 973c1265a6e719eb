using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using NotionSandbox.Responses;

namespace NotionSandbox.Requests;

/// <summary>What a <c>multipart/form-data</c> body holds: a file and, for uploads in parts, the number of the part.</summary>
/// <param name="FileName">As the sender named it.</param>
/// <param name="ContentType">As the sender declared it; null when it did not.</param>
/// <param name="Length">Bytes of the file.</param>
/// <param name="PartNumber">Null when the file comes whole.</param>
internal sealed record Multipart(string? FileName, string? ContentType, long Length, string? PartNumber)
{
    /// <summary>The most that one request may upload.</summary>
    public const int MaxFile = 20 * 1024 * 1024;

    public static bool Is(string? contentType) => contentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) == true;

    public static async Task<Multipart> ParseAsync(string? contentType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        if (!Is(contentType) || !MediaTypeHeaderValue.TryParse(contentType, out var type) || HeaderUtilities.RemoveQuotes(type.Boundary).Length == 0)
        {
            throw Refusal.Validation("The request should be `multipart/form-data` with a boundary.");
        }

        try
        {
            using var stream = new MemoryStream(bytes.ToArray());
            var sections = new MultipartReader(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), stream);
            return await CollectAsync(sections, cancellationToken);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            throw Refusal.Validation("The multipart body is not well formed.");
        }
    }

    private static async Task<Multipart> CollectAsync(MultipartReader sections, CancellationToken cancellationToken)
    {
        Multipart? file = null;
        string? partNumber = null;
        while (await sections.ReadNextSectionAsync(cancellationToken) is { } section)
        {
            var name = section.GetContentDispositionHeader()?.Name;
            if (name == "file")
            {
                var length = await DrainAsync(section.Body, cancellationToken);
                file = new Multipart(section.AsFileSection()?.FileName, section.ContentType, length, null);
            }
            else if (name == "part_number")
            {
                using var reader = new StreamReader(section.Body);
                partNumber = await reader.ReadToEndAsync(cancellationToken);
            }
        }

        return file is null
            ? throw Refusal.Missing("body.file")
            : file with { PartNumber = partNumber };
    }

    private static async Task<long> DrainAsync(Stream body, CancellationToken cancellationToken)
    {
        var buffer = new byte[81920];
        var length = 0L;
        int read;
        while ((read = await body.ReadAsync(buffer, cancellationToken)) > 0)
        {
            length += read;
        }

        return length;
    }
}
