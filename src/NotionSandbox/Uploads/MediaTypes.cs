using Microsoft.AspNetCore.StaticFiles;

namespace NotionSandbox.Uploads;

/// <summary>Guesses the type of a file from its name, as Notion does when the caller gives none.</summary>
internal static class MediaTypes
{
    private static readonly FileExtensionContentTypeProvider Known = new();

    public static string? Guess(string? fileName) => fileName is not null && Known.TryGetContentType(fileName, out var type) ? type : null;

    /// <summary>The type itself, without parameters such as a character set.</summary>
    public static string? Bare(string? contentType) => contentType?.Split(';')[0].Trim();
}
