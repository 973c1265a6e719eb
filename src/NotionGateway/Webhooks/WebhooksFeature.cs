using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Webhooks;

/// <summary>Registers what listens to Notion's webhooks, if one is configured.</summary>
internal static class WebhooksFeature
{
    public static IServiceCollection AddWebhooks(this IServiceCollection services, IReadOnlyList<WebhookOptions> webhooks)
    {
        if (webhooks.Count == 0)
        {
            return services;
        }

        foreach (var webhook in webhooks)
        {
            services.AddSingleton<PartStatus>(provider => () => NoteOf(webhook, provider.GetRequiredService<WebhookReception>()));
        }

        return services
            .AddSingleton(webhooks)
            .AddSingleton<WebhookSetup>()
            .AddSingleton<WebhookTokens>()
            .AddHostedService(provider => provider.GetRequiredService<WebhookTokens>())
            .AddSingleton<WebhooksMetrics>()
            .AddSingleton<WebhookReception>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<WebhooksEndpoints>(
                provider, new AnonymousLogLimiter(provider.GetRequiredService<TimeProvider>())));
    }

    /// <summary>Serves the webhooks listener, which is open only with a webhook.</summary>
    public static void UseWebhooks(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetService<IReadOnlyList<WebhookOptions>>() is not { } webhooks)
        {
            return;
        }

        var reception = app.ApplicationServices.GetRequiredService<WebhookReception>();
        app.ApplicationServices.GetRequiredService<WebhooksMetrics>().Observe(webhooks, webhook => reception.LastHeard(webhook) is not null);
        app.Run(app.ApplicationServices.GetRequiredService<WebhooksEndpoints>().RespondAsync);
    }

    private static PartNote NoteOf(WebhookOptions webhook, WebhookReception reception) => reception.LastHeard(webhook) is { } age
        ? new PartNote(Ok: true, FormattableString.Invariant($"webhook {webhook.Name}: last event {age.TotalSeconds:0} s ago, TtlWithEvents applies"))
        : new PartNote(Ok: true, $"webhook {webhook.Name}: no event within the last hour, Ttl applies");
}
