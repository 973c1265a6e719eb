namespace NotionGateway.Hosting.Listeners;

/// <summary>What every listener does with its requests, and which listener a request came in by.</summary>
internal static class LingeringFeature
{
    /// <summary>Reads on after an early response on any listener.</summary>
    public static IApplicationBuilder UseLingering(this IApplicationBuilder app) => app.UseMiddleware<LingeringMiddleware>(new LingeringStrangers());

    /// <summary>Whether the request came in by this listener.</summary>
    public static bool CameBy(this HttpContext context, Listener listener) => context.Features.Get<Listener>() == listener;
}
