using System.CommandLine;
using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Operator.Sessions;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary>What <c>notion-gateway</c> does without a command: run.</summary>
internal static class RunCommand
{
    public static RootCommand Create(IProcessEnvironment environment)
    {
        var config = ConfigurationLoading.ConfigOption;
        const string Sandbox = "Try it out: run with a built-in Notion sandbox, on loopback, with a demo key; with --busy also with demo callers.";
        var sandbox = new Option<bool>("--sandbox") { Description = Sandbox };
        var busy = new Option<bool>("--busy") { Hidden = true };
        const string Summary = "Notion Gateway: holds the Notion tokens and keeps Notion's rate limit for the services behind it.";
        var root = new RootCommand(Summary) { config, sandbox, busy };
        root.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var file = parsed.GetValue(config)?.FullName;
            if (parsed.GetValue(busy) && !parsed.GetValue(sandbox))
            {
                await error.WriteLineAsync("--busy sends made-up requests, and works only with --sandbox.");
                return ExitCode.Misconfigured;
            }

            if (!parsed.GetValue(sandbox))
            {
                return await RunAsync(new SettingsSource(environment, file), error, (_, _) => { }, cancellationToken);
            }

            Say(() => output.WriteLine(SandboxGreeting.Starting));
            try
            {
                await using var pretend = await SandboxMode.StartAsync(environment, file, parsed.GetValue(busy), cancellationToken);
                return await RunAsync(pretend.Source, error, (services, listeners) => Greet(pretend, output, services, listeners), cancellationToken);
            }
            catch (StartRefusedException exception)
            {
                await error.WriteLineAsync($"The sandbox cannot start: {exception.Message}");
                return ExitCode.Failed;
            }
        });
        return root;
    }

    private static void Greet(
        SandboxMode pretend, TextWriter output, IServiceProvider services, IReadOnlyList<(Listener Listener, string Url)> listeners)
    {
        Say(() => SandboxGreeting.Write(output, listeners, pretend.Notion, services.GetService<OneTimeSignIn>()?.Secret, pretend.Token));
        pretend.Demo?.Start(listeners, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<Random>());
    }

    /// <summary>A greeting that cannot be written, for example to a full disk, is no reason not to run.</summary>
    private static void Say(Action say)
    {
        try
        {
            say();
        }
        catch (IOException)
        {
            // Log lines to the same stream are counted.
        }
    }

    private static async Task<int> RunAsync(
        SettingsSource source,
        TextWriter error,
        Action<IServiceProvider, IReadOnlyList<(Listener Listener, string Url)>> greet,
        CancellationToken cancellationToken)
    {
        if (ConfigurationLoading.TryLoad(source, error) is not var (configuration, settings))
        {
            return ExitCode.Misconfigured;
        }

        try
        {
            await using var app = GatewayHost.Build(source, configuration, settings);
            app.Lifetime.ApplicationStarted.Register(() => greet(app.Services, ListenerAddresses.Of(app.Services, configuration)));
            await app.RunAsync(cancellationToken);
            return ExitCode.Done;
        }
        catch (StartRefusedException exception)
        {
            await error.WriteLineAsync($"The gateway cannot start: {exception.Message}");
            return ExitCode.Failed;
        }
        catch (Exception exception) when (ListenFailure.Explain(exception, configuration) is { } problem)
        {
            await error.WriteLineAsync($"The gateway cannot start: {problem}");
            return ExitCode.Failed;
        }
    }
}
