using System.Text.Json;

namespace NotionGateway.Operator;

/// <summary>The response to an operator, and what the audit line says about it.</summary>
internal sealed record OperatorResponse : IResult
{
    public required int Status { get; init; }

    /// <summary>How it ended, for the audit line: words and names, never a secret.</summary>
    public required string Outcome { get; init; }

    /// <summary>The refusal, if it is one; it has its own body.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Writes the members of the response.</summary>
    public Action<Utf8JsonWriter> Body { get; init; } = _ => { };

    public static OperatorResponse Done(string outcome, Action<Utf8JsonWriter> body, int status = 200) =>
        new() { Status = status, Outcome = outcome, Body = body };

    /// <summary>A response whose members are those of a value.</summary>
    public static OperatorResponse Done<T>(string outcome, T value, JsonSerializerOptions options) => Done(outcome, json =>
    {
        foreach (var member in JsonSerializer.SerializeToElement(value, options).EnumerateObject())
        {
            member.WriteTo(json);
        }
    });

    public static OperatorResponse No(Refusal refusal) => new() { Status = refusal.Reason.Status, Outcome = refusal.Reason.Name, Refusal = refusal };

    public static OperatorResponse No(RefusalReason reason, string message, string? problem = null) => No(new Refusal(reason, message) { Problem = problem });

    /// <summary>Passes it to the middleware, which writes the audit line first.</summary>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Features.Set(this);
        return Task.CompletedTask;
    }
}
