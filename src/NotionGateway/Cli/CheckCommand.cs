using System.CommandLine;
using System.Diagnostics.Metrics;
using NotionGateway.Access;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.FlowControl.Budget.Shared;
using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Notion;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Connect;
using NotionGateway.OAuth.Store;
using NotionGateway.OAuth.Store.Postgres;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>check</c>: reads the configuration as a start would, prints the effective configuration, and can try each token on Notion.</summary>
internal static class CheckCommand
{
    public static Command Create(IProcessEnvironment environment)
    {
        var probe = new Option<bool>("--probe")
        {
            Description = "Also read each credential and call GET /v1/users/me with it, and read the keys of each issuer.",
        };
        var config = ConfigurationLoading.ConfigOption;
        var command = new Command("check", "Validate the configuration and print the effective configuration.") { probe, config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var source = new SettingsSource(environment, parsed.GetValue(config)?.FullName);
            if (ConfigurationLoading.TryLoad(source, error) is not var (configuration, settings))
            {
                return ExitCode.Misconfigured;
            }

            Print(output, configuration, settings);
            return parsed.GetValue(probe) ? await ProbeAsync(output, source, configuration, settings) : ExitCode.Done;
        });
        return command;
    }

    private static void Print(TextWriter output, IConfiguration configuration, GatewaySettings settings)
    {
        output.WriteLine("The configuration is valid.");
        output.WriteLine();
        foreach (var listener in ListenerRules.Open(configuration))
        {
            output.WriteLine($"  listens     {listener,-12} {ListenerRules.UrlOf(configuration, listener)}");
        }

        output.WriteLine($"  upstream    {settings.Forwarding.Upstream.GetLeftPart(UriPartial.Authority)}");
        if (settings.Forwarding.Proxy is { } proxy)
        {
            var login = settings.Forwarding.ProxyPassword is { } password
                ? $", as {settings.Forwarding.ProxyUser}, password from {password.Source} ({password.Description})"
                : "";
            output.WriteLine($"  proxy       {proxy.GetLeftPart(UriPartial.Authority)}{login}");
        }

        output.WriteLine($"  operations  {NotionOperations.All.Count} known, {settings.Access.ExtraOperations.Count} extra");
        foreach (var credential in settings.Credentials.All)
        {
            output.WriteLine($"  credential  {credential.Name}: from {credential.Source} ({credential.Place.Description}), plan {credential.Plan}");
        }

        if (settings.Shared is { } shared)
        {
            var login = shared.Password is { } password
                ? $"as {shared.User ?? "default"}, password from {password.Source} ({password.Description})"
                : "without a password";
            output.WriteLine($"  shared      limits over Redis at {string.Join(", ", shared.Endpoints)}, {(shared.Tls ? "TLS" : "no TLS")}, {login}");
        }

        foreach (var issuer in settings.Access.Issuers)
        {
            output.WriteLine($"  issuer      {issuer.Name}: audience {string.Join(" or ", issuer.Audiences)}, keys from {issuer.Place.Description}");
        }

        PrintOAuth(output, settings.OAuth);
        foreach (var caller in new AccessRules(settings.Access).Callers)
        {
            var further = string.Join(", ", settings.Access.Callers.Single(options => options.Name == caller.Name).Credentials);
            var credential = (caller.Credential?.Value, further) switch
            {
                (null, "") => "none",
                (null, _) => $"{further} on request",
                ({ } own, "") => own,
                ({ } own, _) => $"{own}, or {further}",
            };
            output.WriteLine($"  caller      {caller}: permissions {caller.Permissions}; credential {credential}{(caller.Disabled ? "; disabled" : "")}");
        }
    }

    private static void PrintOAuth(TextWriter output, OAuthOptions oauth)
    {
        if (oauth is not { IsOn: true, PublicUrl: { } publicUrl, EncryptionKey: { } key })
        {
            return;
        }

        var callback = ConnectTarget.CallbackUrl(new ConnectAddress(publicUrl));
        foreach (var app in oauth.Apps)
        {
            var secret = app.ClientSecret;
            output.WriteLine($"  app         {app.Name}: client id {app.ClientId}, secret from {secret.Source} ({secret.Description}), plan {app.Plan}");
            output.WriteLine($"              register with Notion: {string.Join(", ", app.RedirectUris.Prepend(callback))}");
        }

        output.WriteLine($"  grants      stored in {oauth.Store.Description}; key ring encrypted with the key from {key.Source} ({key.Description})");
    }

    private static async Task<int> ProbeAsync(TextWriter output, SettingsSource source, IConfiguration configuration, GatewaySettings settings)
    {
        // Its probes are a few requests: they do not need the permits of all replicas.
        await using var app = GatewayHost.Build(source, configuration, settings with { Shared = null }, builder => builder.Logging.ClearProviders());
        var refresher = app.Services.GetRequiredService<CredentialRefresher>();
        output.WriteLine();
        var worst = ExitCode.Done;
        foreach (var credential in app.Services.GetRequiredService<CredentialStore>().All.OrderBy(credential => credential.Name.Value, StringComparer.Ordinal))
        {
            var (verdict, words) = await refresher.TryAsync(credential);
            output.WriteLine($"  probe       {credential.Name}: {words}");
            worst = verdict == ProbeVerdict.Accepted ? worst : ExitCode.Failed;
        }

        var sources = app.Services.GetRequiredService<SecretReaders>();
        foreach (var (what, place) in settings.Forwarding.Secrets.Concat(settings.OAuth.Secrets))
        {
            var reading = await sources.ReadAsync(place, TimeProvider.System);
            output.WriteLine($"  probe       {what}: {reading.Problem ?? "can be read"}");
            worst = reading.Problem is null ? worst : ExitCode.Failed;
        }

        var issuers = app.Services.GetRequiredService<Issuers>().All.ToList();
        await Task.WhenAll(issuers.Select(keys => keys.ReadAsync()));
        foreach (var keys in issuers.OrderBy(keys => keys.Issuer, StringComparer.Ordinal))
        {
            output.WriteLine($"  probe       issuer {keys.Issuer}: {keys.Problem ?? $"keys {string.Join(", ", keys.Current?.Keys ?? [])}"}");
            worst = keys.Problem is null ? worst : ExitCode.Failed;
        }

        if (settings.Shared is { } shared)
        {
            var (works, words) = await SharedBudgetCheck.RunAsync(
                shared, sources, app.Services.GetRequiredService<IMeterFactory>(), TimeProvider.System, app.Services.GetRequiredService<Random>());
            output.WriteLine($"  probe       shared budget: {words}");
            worst = works ? worst : ExitCode.Failed;
        }

        return settings.OAuth is { IsOn: true, Store.Postgres: not null } && !await ProbeStoreAsync(output, app.Services) ? ExitCode.Failed : worst;
    }

    private static async Task<bool> ProbeStoreAsync(TextWriter output, IServiceProvider services)
    {
        var database = services.GetRequiredService<PostgresDatabase>();
        try
        {
            var found = await database.ReadAsync(PostgresSchema.VersionAsync, CancellationToken.None);
            if (!database.Settings.Migrates)
            {
                PostgresOpening.Judge(database, found);
            }

            output.WriteLine($"  probe       grant store: can be read, tables of version {found.Version}");
            return true;
        }
        catch (GrantStoreException exception)
        {
            output.WriteLine($"  probe       grant store: {exception.Message}");
            return false;
        }
    }
}
