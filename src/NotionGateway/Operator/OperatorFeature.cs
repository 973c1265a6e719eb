using NotionGateway.Operator.Status;
using NotionGateway.Telemetry.Lines;
using NotionGateway.Webhooks;

namespace NotionGateway.Operator;

/// <summary>Registers what operators may ask and do, if there are operators.</summary>
internal static class OperatorFeature
{
    /// <summary>The grant store and related services come from OAuth, if that is on.</summary>
    public static IServiceCollection AddOperator(this IServiceCollection services, OperatorOptions options, bool hasGrants)
    {
        services.AddSingleton(options);
        if (!options.IsOn)
        {
            return services;
        }

        if (hasGrants)
        {
            services.AddSingleton<ConnectLinks>().AddSingleton<GrantAdministration>();
        }

        if (options.Identities.Count > 0)
        {
            services.AddSingleton<OperatorTokens>();
        }

        return services
            .AddStatus()
            .AddRoutingCore()
            .Configure<RouteOptions>(routes => routes.SetParameterPolicy<GrantNameConstraint>(GrantNameConstraint.Name))
            .AddSingleton<OperatorKeys>()
            .AddSingleton<OperatorProofs>()
            .AddScoped<OperatorRecord>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<OperatorAudit>(
                provider, new AnonymousLogLimiter(provider.GetRequiredService<TimeProvider>())));
    }

    /// <summary>Serves the operator listener at this place in the pipeline, if there are operators.</summary>
    public static IApplicationBuilder UseOperator(this IApplicationBuilder app)
    {
        if (!app.ApplicationServices.GetRequiredService<OperatorOptions>().IsOn)
        {
            return app;
        }

        // A separate builder: routes of the program's builder would be served on every listener.
        var operators = new ApplicationBuilder(app.ApplicationServices);
        operators.UseRouting();
        operators.UseMiddleware<OperatorMiddleware>();
        operators.UseEndpoints(routes =>
        {
            routes.MapStatus();
            if (app.ApplicationServices.GetService<WebhookSetup>() is not null)
            {
                routes.MapWebhooks();
            }

            if (app.ApplicationServices.GetService<GrantAdministration>() is null)
            {
                routes.MapNoGrants();
            }
            else
            {
                routes.MapGrants();
            }
        });
        var respond = operators.Build();
        app.Run(respond);
        return app;
    }
}
