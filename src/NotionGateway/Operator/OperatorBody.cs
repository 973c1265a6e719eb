using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using NotionGateway.Bodies;

namespace NotionGateway.Operator;

/// <summary>The body of a request for a new connect link.</summary>
internal sealed record NewLink
{
    public string App { get; init; } = null!;

    public string Name { get; init; } = null!;

    public string ExpiresIn { get; init; } = ConnectLinks.DefaultLife.ToString("c", CultureInfo.InvariantCulture);
}

/// <summary>The body of a request to rename a grant.</summary>
internal sealed record NewName
{
    public string Name { get; init; } = null!;
}

/// <summary>A request's body, or why it was rejected.</summary>
internal sealed record OperatorBody<T>(T? Value, Refusal? Refusal) : IBindableFromHttpContext<OperatorBody<T>>
    where T : class, new()
{
    public static async ValueTask<OperatorBody<T>?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        if (!context.Request.HasJsonContentType())
        {
            return new(null, new Refusal(RefusalReason.UnsupportedMediaType, "Send a body of type application/json."));
        }

        var time = context.RequestServices.GetRequiredService<TimeProvider>();
        var (bytes, refusal) = await WholeBody.ReadAsync(context.CallerBody(), OperatorBody.Largest, OperatorBody.Timeout, time, context.RequestAborted);
        return refusal is not null ? new(null, refusal) : OperatorBody.Read<T>(bytes.Span);
    }
}

/// <summary>Reads a JSON object of known string members, each present once. Error messages do not repeat the input.</summary>
internal static class OperatorBody
{
    public const int Largest = 64 * 1024;

    private const string NoObject = "it must be an object";

    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(15);

    private static readonly JsonSerializerOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        MaxDepth = 8,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    };

    public static OperatorBody<T> Read<T>(ReadOnlySpan<byte> body)
        where T : class, new()
    {
        var members = Strict.GetTypeInfo(typeof(T)).Properties;
        string wrong;
        try
        {
            var value = JsonSerializer.Deserialize<T>(body, Strict);
            var missing = value is null ? [] : members.Where(member => member.Get!(value) is null).Select(member => $"'{member.Name}' is missing").ToList();
            if (value is not null && missing.Count == 0)
            {
                return new(value, null);
            }

            wrong = value is null ? NoObject : string.Join("; ", missing);
        }
        catch (JsonException exception)
        {
            wrong = Description(exception, members);
        }

        var optional = new T();
        var takes = string.Join(", ", members.Select(member => member.Get!(optional) is null ? member.Name : $"{member.Name} (optional)"));
        return new(null, new Refusal(RefusalReason.InvalidRequest, $"The body is invalid: {wrong}. Send a JSON object with {takes}."));
    }

    private static string Description(JsonException exception, IEnumerable<JsonPropertyInfo> members)
    {
        var at = string.Create(CultureInfo.InvariantCulture, $"(line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
        return exception switch
        {
            { InnerException: JsonException } or { Path: "$", InnerException: not null } => $"it is not JSON in UTF-8 {at}",
            { Path: "$" } => NoObject,
            _ when members.FirstOrDefault(member => exception.Path == $"$.{member.Name}") is { } known =>
                $"'{known.Name}' must be a string and may appear only once {at}",
            _ => "it contains an unknown member",
        };
    }
}
