using NotionGateway.Bodies;
using NotionGateway.OAuth.Store;

namespace NotionGateway.Operator;

/// <summary>What is told and recorded of a request on the operator listener that failed, by the API and by the page.</summary>
internal static class OperatorFailures
{
    private static readonly OperatorResponse HungUp = new() { Status = Telemetry.RequestOutcomes.HungUp, Outcome = "disconnected before anything was done" };

    public static OperatorResponse Of(HttpContext context, Exception exception) => exception switch
    {
        OperationCanceledException or IOException when context.HasHungUp() => HungUp,
        GrantStoreException => OperatorResponse.No(
            RefusalReason.StoreUnavailable, $"The grant store failed: {exception.Message} Try again.", exception.Message),
        _ => OperatorResponse.No(new Refusal(RefusalReason.InternalError, "Internal error in the gateway. Its log has details under the request_id.")
        {
            Defect = exception,
        }),
    };
}
