using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using NotionGateway.Bodies;

namespace NotionGateway.Operator.Pages;

/// <summary>The fields of a form, as a browser sends them.</summary>
internal sealed class PageForm(Dictionary<string, StringValues> fields)
{
    private const int Largest = 8 * 1024;

    private const string ContentType = "application/x-www-form-urlencoded";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    /// <summary>The value of a field without white space around it; empty if it is missing or there several times.</summary>
    public string this[string name] => fields.TryGetValue(name, out var values) && values is [{ } only] ? only.Trim() : "";

    /// <summary>Reads the body, within bounds; or why not.</summary>
    public static async Task<(PageForm? Form, Refusal? Refusal)> ReadAsync(HttpContext context, TimeProvider time)
    {
        if (context.Request.ContentType?.Split(';')[0].Trim().Equals(ContentType, StringComparison.OrdinalIgnoreCase) != true)
        {
            return (null, new Refusal(RefusalReason.UnsupportedMediaType, $"Send a form of type {ContentType}."));
        }

        var (bytes, refusal) = await WholeBody.ReadAsync(context.CallerBody(), Largest, Timeout, time, context.RequestAborted);
        return refusal is null ? (Parse(Encoding.UTF8.GetString(bytes.Span)), null) : (null, refusal);
    }

    public static PageForm Parse(string text)
    {
        using var reader = new FormReader(text);
        try
        {
            return new PageForm(reader.ReadForm());
        }
        catch (InvalidDataException)
        {
            // More fields or longer names than any form of ours has.
            return new PageForm([]);
        }
    }
}
