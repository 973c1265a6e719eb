using NotionGateway.Hosting.Listeners;
using NotionSandbox.OAuth;

namespace NotionGateway.Hosting;

/// <summary>
/// What <c>--sandbox</c> prints: where everything is, what is in it, and lines to paste. Addresses are those of this machine, from outside a
/// container too.
/// </summary>
internal static class SandboxGreeting
{
    private const string TeamHome = "5eed0001-0000-4000-8000-000000000001";
    private const string Tasks = "d5d50001-0000-4000-8000-000000000001";
    private const string Key = SandboxMode.DemoKey;
    private const string App = SandboxOAuth.DemoApp;

    // Options of curl, as the lines to paste have them.
    private const string AsCaller = $"-H 'Authorization: Bearer {Key}'";
    private const string AsOperator = $"-H 'Authorization: Bearer {SandboxOAuth.DemoOperatorKey}'";
    private const string SendsJson = "-H 'Content-Type: application/json'";

    /// <summary>The first line, before anything can take time.</summary>
    public static string Starting => $"Notion Gateway {GatewayVersion.Text} starts with a built-in Notion sandbox; nothing is sent to notion.com.";

    public static void Write(TextWriter output, IReadOnlyList<(Listener Listener, string Url)> listeners, Uri notion, string? signIn, string token)
    {
        var (data, connect, manage) = (At(Listener.Data), At(Listener.Connect), At(Listener.Operator));
        var sandbox = notion.GetLeftPart(UriPartial.Authority);
        output.WriteLine($$$"""

              Data        {{{data}}}   for callers, with the key {{{Key}}}
              Management  {{{At(Listener.Management)}}}   /livez, /readyz, /metrics
              Operator    {{{manage}}}   for operators, with the key {{{SandboxOAuth.DemoOperatorKey}}}
              Connect     {{{connect}}}   for browsers; its redirect URI is {{{connect}}}/callback
              Notion      {{{sandbox}}}   the sandbox: its consent page, and its controls under /_sandbox

            {{{Page(manage, signIn)}}}

            In a container, publish these ports to this machine: docker run --rm -p 127.0.0.1:8080-8084:8080-8084 notion-gateway --sandbox

            It contains the page 'Team home' ({{{TeamHome}}}) and on it, among others, the database 'Tasks'
            (da7a0001-0000-4000-8000-000000000001, data source {{{Tasks}}}). Full list: src/NotionSandbox/README.md.

            Call it:

              curl {{{data}}}/v1/users/me {{{AsCaller}}}
              curl {{{data}}}/v1/pages/{{{TeamHome}}} {{{AsCaller}}}
              curl {{{data}}}/v1/data_sources/{{{Tasks}}}/query {{{AsCaller}}} -H 'Notion-Version: 2026-03-11' {{{SendsJson}}} -d '{"page_size":2}'

            Call it as a service that has no key, with a token of its platform (docs/identities.md). This one lasts twelve hours, and may read:

              curl {{{data}}}/v1/users/me -H 'Authorization: Bearer {{{token}}}'

            With the JavaScript SDK:

              import { Client } from "@notionhq/client"
              const notion = new Client({ auth: "{{{Key}}}", baseUrl: "{{{data}}}" })
              console.log(await notion.search({}))

            Make the sandbox return an error (more faults, and limits: src/NotionSandbox/README.md#faults):

              curl {{{sandbox}}}/_sandbox/faults -d '{"times":1,"fault":{"kind":"rate_limited","retry_after":["2"]}}'
              curl -X DELETE {{{sandbox}}}/_sandbox/faults

            A public connection (OAuth), which people connect in the browser: create a link, open it, and use the new grant (docs/oauth.md):

              curl {{{manage}}}/operator/v1/connect-links {{{AsOperator}}} {{{SendsJson}}} -d '{"app":"{{{App}}}","name":"acme"}'
              curl {{{data}}}/v1/users/me {{{AsCaller}}} -H 'Notion-Gateway-Credential: {{{App}}}/acme'

            An application that does OAuth itself: client id {{{App}}}, client secret: the key for callers, redirect URI {{{OAuthAppSettings.DemoRedirectUri}}}.

            Press Ctrl+C to stop.

            """);

        static string Page(string address, string? secret) => secret is null
            ? $"See what happens: {address} (sign in with the key for operators)"
            : $"See what happens (this address signs you in, once, for five minutes): {address}/sign-in?once={secret}";

        string At(Listener listener) => listeners
            .Where(open => open.Listener == listener)
            .Select(open => ListenerRules.LocalAddress(open.Url).GetLeftPart(UriPartial.Authority))
            .FirstOrDefault("(off)");
    }
}
