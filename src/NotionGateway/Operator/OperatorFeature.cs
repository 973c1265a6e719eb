using NotionGateway.Telemetry.Lines;

namespace NotionGateway.Operator;

/// <summary>Registers the administration of OAuth grants, if there are operators.</summary>
internal static class OperatorFeature
{
    /// <summary>The store of grants and what goes with it come from OAuth.</summary>
    public static IServiceCollection AddOperator(this IServiceCollection services, OperatorOptions options)
    {
        services.AddSingleton(options);
        return !options.IsOn ? services : services
            .AddSingleton<OperatorKeys>()
            .AddSingleton<ConnectLinks>()
            .AddSingleton<GrantAdministration>()
            .AddSingleton<OperatorCalls>()
            .AddSingleton(provider => ActivatorUtilities.CreateInstance<OperatorAudit>(provider, new AnonymousLogLimiter(provider.GetRequiredService<TimeProvider>())))
            .AddSingleton<OperatorEndpoints>();
    }

    /// <summary>Serves the operator listener where it stands, if it is wanted.</summary>
    public static IApplicationBuilder UseOperator(this IApplicationBuilder app)
    {
        if (app.ApplicationServices.GetRequiredService<OperatorOptions>().IsOn)
        {
            app.Run(context => context.RequestServices.GetRequiredService<OperatorEndpoints>().RespondAsync(context));
        }

        return app;
    }
}
