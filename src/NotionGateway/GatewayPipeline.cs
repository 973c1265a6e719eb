using NotionGateway.Access;
using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.Credentials;
using NotionGateway.FlowControl;
using NotionGateway.Forwarding;
using NotionGateway.Forwarding.Sharing;
using NotionGateway.Health;
using NotionGateway.Hosting.Connections;
using NotionGateway.Hosting.Listeners;
using NotionGateway.OAuth.Applications;
using NotionGateway.OAuth.Connect;
using NotionGateway.Operator;
using NotionGateway.Operator.Pages;
using NotionGateway.Telemetry;
using NotionGateway.Webhooks;

namespace NotionGateway;

/// <summary>The order of the stages, written here and nowhere else.</summary>
internal static class GatewayPipeline
{
    public static void UseGateway(this IApplicationBuilder app)
    {
        app.UseConnections();      // when a connection was last used decides whether it gives way
        app.UseLingering();        // on every listener: an early response reaches a caller that is still sending

        // The other listeners have their own short pipelines and no way into the callers'; one without a pipeline returns 404 for everything.
        app.MapWhen(context => context.CameBy(Listener.Management), management => management.UseMetricsPage().Run(HealthEndpoints.RespondAsync));
        app.MapWhen(context => context.CameBy(Listener.Operator), operators => operators.UseOperatorPage().UseOperator());
        app.MapWhen(context => context.CameBy(Listener.Connect), people => people.UseConnect());
        app.MapWhen(context => context.CameBy(Listener.Webhooks), notion => notion.UseWebhooks());
        app.MapWhen(context => !context.CameBy(Listener.Data), _ => { });

        app.UseRequestTelemetry(); // around everything: each request ends in one line and one count
        app.UseDrain();            // a draining program accepts no new requests
        app.UseTarget();           // is it well formed? judged on the bytes that Notion would get
        app.UseApplicationOAuth(); // /v1/oauth/*: applications that do OAuth themselves are handled here
        app.UseAccess();           // who, what, may they; until this has said yes nothing behind it is touched
        app.UseRequestSpan();      // from here on in the caller's own trace: not in one that an unauthenticated sender names
        app.UseBodies();           // the body, whole and bounded, before anything waits: a slow caller must not hold a permit
        app.UseCredentials();      // is there a token at all? without one, waiting is useless
        app.UseCaching();          // can it be answered from memory? if its caller accepts that
        app.UseFlowControl(        // whose permit is next, and again after a 429 or a 401; each attempt goes
            app.Sharing(           // to Notion and back, for all who wait for the same response
                app.Forwarding()));
    }
}
