using Microsoft.AspNetCore.Connections;

namespace NotionGateway.Bodies;

/// <summary>The caller's body as the server gives it: where it is kept on a request, and what the server's exceptions say of it.</summary>
internal static class CallerBodyFeature
{
    /// <summary>The body as it comes from the caller; null if there is none.</summary>
    public static CallerBody? CallerBody(this HttpContext context) => context.Features.Get<CallerBody>();

    /// <summary>Whether the caller has hung up: its body may tell before the connection does.</summary>
    public static bool HasHungUp(this HttpContext context) =>
        context.GatewayRequest().CallerGone.IsCancellationRequested || context.CallerBody() is { HungUp: true };

    /// <summary>What a failure to read means; null if it may be a hang-up or a wrong framing.</summary>
    public static BodyFault? FaultOf(Exception exception, bool lengthIsKnown) => exception switch
    {
        OperationCanceledException or ConnectionResetException => BodyFault.HungUp,
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => BodyFault.TooSlow,

        // Nothing can be wrong with a body of fixed length but that it ends early.
        BadHttpRequestException when lengthIsKnown => BodyFault.HungUp,
        _ => null,
    };
}
