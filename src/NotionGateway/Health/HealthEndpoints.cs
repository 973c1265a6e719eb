namespace NotionGateway.Health;

/// <summary>What the management listener answers: whether the process lives and whether it is ready. Nothing else, ever.</summary>
internal static class HealthEndpoints
{
    public const string Live = "/livez";
    public const string Ready = "/readyz";

    public static Task AnswerAsync(HttpContext context)
    {
        var path = context.Request.Path.Value;
        if (!HttpMethods.IsGet(context.Request.Method) || path is not (Live or Ready))
        {
            return WriteAsync(context, StatusCodes.Status404NotFound, "not found");
        }

        var problem = path == Ready ? context.RequestServices.GetRequiredService<Readiness>().WhyNot() : null;
        return problem is null ? WriteAsync(context, StatusCodes.Status200OK, "ok") : WriteAsync(context, StatusCodes.Status503ServiceUnavailable, problem);
    }

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text + "\n", context.RequestAborted);
    }
}
