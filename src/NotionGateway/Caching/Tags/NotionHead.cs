using System.Text.Json;

namespace NotionGateway.Caching.Tags;

/// <summary>What an object of Notion's says of itself and of where it stands.</summary>
internal sealed record NotionHead
{
    /// <summary>The word of member <c>type</c>; null if there is none.</summary>
    public string? Type { get; private init; }

    public UInt128? Page { get; private init; }

    public UInt128? Block { get; private init; }

    public UInt128? Database { get; private init; }

    public UInt128? DataSource { get; private init; }

    /// <summary>Whether it has blocks in it; null if it does not say so.</summary>
    public bool? HasChildren { get; private init; }

    /// <summary>Whether it asks for the content of a template, which Notion adds after its response.</summary>
    public bool HasTemplate { get; private init; }

    /// <summary>Whether it says where it stands.</summary>
    public bool HasParent => Page is not null || Block is not null || Database is not null || DataSource is not null || IsTopLevel;

    /// <summary>Whether it stands in the workspace itself.</summary>
    public bool IsTopLevel { get; private init; }

    /// <summary>An object, as the body of a request or a response; null if it is not JSON of that form.</summary>
    public static NotionHead? OfObject(ReadOnlySpan<byte> json) => Read(json, OfObject);

    /// <summary>The first object of a list; null if the list is empty or it is not JSON of that form.</summary>
    public static NotionHead? OfFirstResult(ReadOnlySpan<byte> json) => Read(json, static (ref Utf8JsonReader reader) =>
    {
        NotionHead? first = null;
        while (Next(ref reader) is { } name)
        {
            if (name == "results" && reader.TokenType == JsonTokenType.StartArray)
            {
                if (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    first = OfObject(ref reader);
                    while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
                    {
                        reader.Skip();
                    }
                }
            }
            else
            {
                reader.Skip();
            }
        }

        return first;
    });

    /// <summary>The blocks of a list that have children. What is no list of blocks has none.</summary>
    public static IReadOnlyList<UInt128> ParentsIn(ReadOnlySpan<byte> json)
    {
        var found = new List<UInt128>();
        try
        {
            var reader = new Utf8JsonReader(json);
            UInt128? id = null;
            while (reader.Read())
            {
                // Members of a result are at depth 3: the list, its results, the result.
                id = reader is { TokenType: JsonTokenType.StartObject, CurrentDepth: 2 } ? null : id;
                if (reader is not { TokenType: JsonTokenType.PropertyName, CurrentDepth: 3 })
                {
                    continue;
                }

                var (isId, isFlag) = (reader.ValueTextEquals("id"u8), reader.ValueTextEquals("has_children"u8));
                reader.Read();
                id = isId ? Id(ref reader) : id;
                if (isFlag && reader.TokenType == JsonTokenType.True && id is { } block)
                {
                    found.Add(block);
                }

                reader.Skip();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return [];
        }

        return found;
    }

    private static NotionHead? Read(ReadOnlySpan<byte> json, Reading read)
    {
        try
        {
            var reader = new Utf8JsonReader(json);
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject ? read(ref reader) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // The latter: half a surrogate pair or bytes that are no UTF-8.
            return null;
        }
    }

    private static NotionHead OfObject(ref Utf8JsonReader reader)
    {
        var head = new NotionHead();
        while (Next(ref reader) is { } name)
        {
            head = name switch
            {
                "type" => head with { Type = Text(ref reader) },
                "parent" when reader.TokenType == JsonTokenType.StartObject => head.WithParent(ref reader),
                "has_children" => head with { HasChildren = Flag(ref reader) },
                "template" when reader.TokenType == JsonTokenType.StartObject => head with { HasTemplate = OfObject(ref reader).Type != "none" },
                _ => head,
            };
            reader.Skip();
        }

        return head;
    }

    private NotionHead WithParent(ref Utf8JsonReader reader)
    {
        var head = this;
        while (Next(ref reader) is { } name)
        {
            head = name switch
            {
                "page_id" => head with { Page = Id(ref reader) },
                "block_id" => head with { Block = Id(ref reader) },
                "database_id" => head with { Database = Id(ref reader) },
                "data_source_id" => head with { DataSource = Id(ref reader) },
                "workspace" => head with { IsTopLevel = true },
                _ => head,
            };
            reader.Skip();
        }

        return head;
    }

    /// <summary>Goes to the value of the next member; null at the end of the object.</summary>
    private static string? Next(ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.PropertyName)
        {
            return null;
        }

        var name = reader.GetString();
        reader.Read();
        return name;
    }

    private static UInt128? Id(ref Utf8JsonReader reader) => Text(ref reader) is { } text ? Tag.IdOf(text) : null;

    private static bool? Flag(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => null,
    };

    private static string? Text(ref Utf8JsonReader reader) => reader.TokenType == JsonTokenType.String ? reader.GetString() : null;

    private delegate NotionHead? Reading(ref Utf8JsonReader reader);
}
