namespace NotionGateway.Webhooks;

/// <summary>The log lines about webhooks. They contain configured names and fixed words; never a body, a signature or a token.</summary>
internal static partial class WebhooksLog
{
    [LoggerMessage(EventId = 6101, EventName = "WebhookDelivery", Message = "Webhook {Webhook} -> {Status} {Outcome}")]
    public static partial void Delivery(this ILogger log, LogLevel level, string webhook, int status, string outcome);

    [LoggerMessage(6102, LogLevel.Warning, "Suppressed messages about deliveries to the webhooks listener: {LeftOut}.", EventName = "WebhooksLeftOut")]
    public static partial void LeftOut(this ILogger log, int leftOut);

    [LoggerMessage(
        6103,
        LogLevel.Warning,
        "The verification token of webhook '{Webhook}' could not be read: {Problem}. Retrying; without a token, deliveries get 503 and Notion repeats them.",
        EventName = "WebhookTokenUnreadable")]
    public static partial void NoToken(this ILogger log, string webhook, string problem);

    [LoggerMessage(
        6104,
        LogLevel.Information,
        "Webhook '{Webhook}': Notion's verification token is here. Run 'notion-gateway webhooks token {Name}' within 15 minutes to see it.",
        EventName = "WebhookTokenHeld")]
    public static partial void TokenHeld(this ILogger log, string webhook, string name);
}
