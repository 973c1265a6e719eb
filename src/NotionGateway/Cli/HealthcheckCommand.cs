using System.CommandLine;
using NotionGateway.Health;
using NotionGateway.Hosting;
using NotionGateway.Hosting.Listeners;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>healthcheck</c>: asks the running gateway on this machine whether it is ready, or alive; for containers without a shell.</summary>
internal static class HealthcheckCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    public static Command Create(IProcessEnvironment environment)
    {
        var live = new Option<bool>("--live") { Description = "Check only whether it is alive, also while it starts or drains." };
        var config = ConfigurationLoading.ConfigOption;
        var command = new Command("healthcheck", "Check whether the gateway on this machine is ready (exit code 0 or 1).") { live, config };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            var source = new SettingsSource(environment, parsed.GetValue(config)?.FullName);
            if (ListenerRules.LocalAddress(source.Load(new SettingErrors()), Listener.Management) is not { } management)
            {
                error.WriteLine("The address of the management listener (Kestrel:Endpoints:Management:Url) is not configured.");
                return ExitCode.Misconfigured;
            }

            return parsed.GetValue(live)
                ? await AskAsync(new Uri(management, HealthEndpoints.Live), "alive", output, error, cancellationToken)
                : await AskAsync(new Uri(management, HealthEndpoints.Ready), "ready", output, error, cancellationToken);
        });
        return command;
    }

    private static async Task<int> AskAsync(Uri address, string state, TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(Timeout, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

#pragma warning disable CA5359 // The certificate has the name that others use for this machine, and nothing secret is sent.
        using var client = new HttpMessageInvoker(
            new SocketsHttpHandler { UseProxy = false, SslOptions = { RemoteCertificateValidationCallback = (_, _, _, _) => true } });
#pragma warning restore CA5359
        try
        {
            using var response = await client.SendAsync(new HttpRequestMessage(HttpMethod.Get, address), either.Token);
            var text = (await response.Content.ReadAsStringAsync(either.Token)).Trim();
            await (response.IsSuccessStatusCode ? output : error).WriteLineAsync(response.IsSuccessStatusCode ? state : $"not {state}: {text}");
            return response.IsSuccessStatusCode ? ExitCode.Done : ExitCode.Failed;
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"no response from {address}");
            return ExitCode.Failed;
        }
    }
}
