using System.Text;

namespace NotionGateway.Health;

/// <summary>What the management listener serves, to GET and HEAD: whether the process lives and whether it is ready. Nothing else, ever.</summary>
internal static class HealthEndpoints
{
    public const string Live = "/livez";
    public const string Ready = "/readyz";

    public static Task RespondAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        if (path is not (Live or Ready) || !(HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)))
        {
            return WriteAsync(context, StatusCodes.Status404NotFound, "not found");
        }

        if (path == Live)
        {
            return WriteAsync(context, StatusCodes.Status200OK, "ok");
        }

        var readiness = context.RequestServices.GetRequiredService<Readiness>();
        if (readiness.WhyNot() is { } problem)
        {
            return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, problem);
        }

        var notes = context.RequestServices.GetServices<PartStatus>()
            .Select(static part => part() is { Ok: false, Text: var text } ? text : null)
            .Append(readiness.Note())
            .OfType<string>();
        return WriteAsync(context, StatusCodes.Status200OK, string.Join('\n', notes.Prepend("ok")));
    }

    private static Task WriteAsync(HttpContext context, int status, string text) =>
        context.RespondAsync(status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text + "\n"));
}
