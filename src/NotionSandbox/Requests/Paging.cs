using System.Globalization;
using System.Text.Json.Nodes;
using NotionSandbox.Responses;

namespace NotionSandbox.Requests;

/// <summary>Which page of a list a caller asks for, read from the query of a GET or the body of a POST.</summary>
internal sealed record Paging(int Size, string? Cursor, string Where)
{
    private const int MaxSize = 100;

    public static Paging OfQuery(Call call) => Read(call.Query["page_size"], call.Query["start_cursor"], "query");

    public static Paging OfBody(Call call) => Read(call.Body["page_size"]?.ToJsonString(), BodyCursor(call.Body["start_cursor"]), "body");

    /// <summary>Cuts the page out of the whole list. A cursor belongs to the list it was given for, which <paramref name="list"/> names.</summary>
    /// <remarks>Some lists take the id of one of their items as well, <paramref name="idOf"/> it: the page begins after that.</remarks>
    public Slice<T> Cut<T>(IReadOnlyList<T> all, string list, Func<T, string>? idOf = null)
    {
        var start = Start(all, list, idOf);
        var items = all.Skip(start).Take(Size).ToList();
        var next = start + items.Count;
        return new Slice<T>(items, next < all.Count ? PageCursor.Write(list, next) : null);
    }

    private int Start<T>(IReadOnlyList<T> all, string list, Func<T, string>? idOf)
    {
        if (Cursor is null)
        {
            return 0;
        }

        if (PageCursor.TryRead(Cursor, list, out var start) && start <= all.Count)
        {
            return start;
        }

        var named = idOf is not null && Guid.TryParse(Cursor, out var id) ? all.Select(idOf).ToList().IndexOf(id.ToString("D")) : -1;
        return named >= 0 ? named + 1 : throw Refusal.Validation($"The start_cursor provided is invalid: {Cursor}");
    }

    private static Paging Read(string? size, string? cursor, string where)
    {
        if (string.IsNullOrEmpty(size))
        {
            return new(MaxSize, Blank(cursor), where);
        }

        if (!int.TryParse(size, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
        {
            throw Refusal.Field($"{where}.page_size", "be a number", size);
        }

        return number switch
        {
            < 1 => throw Refusal.Field($"{where}.page_size", "be ≥ `1`", number),
            > MaxSize => throw Refusal.Field($"{where}.page_size", $"be ≤ `{MaxSize}`", number),
            _ => new(number, Blank(cursor), where),
        };
    }

    private static string? BodyCursor(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text
        : node is null ? null
        : throw Refusal.Field("body.start_cursor", "be a string or `undefined`", node);

    private static string? Blank(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
