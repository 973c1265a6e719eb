using System.Runtime.InteropServices;
using NotionGateway.Credentials;
using NotionGateway.Settings;

namespace NotionGateway.Hosting;

/// <summary>
/// The signals that would end the process by default, and with it the requests in progress. SIGHUP drains at a terminal, whose end it
/// announces; elsewhere it reads configuration and secrets again. The others mean nothing to the gateway. (The host drains on SIGTERM, SIGINT
/// and SIGQUIT.)
/// </summary>
internal sealed class SupervisorSignals(
    IProcessEnvironment environment, IHostApplicationLifetime lifetime, SettingsReloader settings, CredentialStore credentials, ILogger<SupervisorSignals> log)
    : LifecycleService, IDisposable
{
    // Numbers of SIGUSR1, SIGUSR2 and SIGALRM, which some supervisors and log rotators send; the runtime has no names for them.
    private static readonly int[] Meaningless = OperatingSystem.IsLinux() ? [10, 12, 14] : OperatingSystem.IsWindows() ? [] : [30, 31, 14];

    private readonly bool _atTerminal = environment.AtTerminal;
    private PosixSignalRegistration[] _registrations = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        _registrations =
        [
            PosixSignalRegistration.Create(PosixSignal.SIGHUP, HangUp),
            .. Meaningless.Select(number => PosixSignalRegistration.Create((PosixSignal)number, signal => signal.Cancel = true)),
        ];
        return Task.CompletedTask;
    }

    // Not undone before: a signal that comes while the program drains must not end it either.
    public void Dispose() => Array.ForEach(_registrations, registration => registration.Dispose());

    private void HangUp(PosixSignalContext signal)
    {
        signal.Cancel = true;
        if (_atTerminal)
        {
            log.TerminalGone();
            lifetime.StopApplication();
        }
        else
        {
            log.ReadingAgain();
            settings.ReadAgain();
            credentials.ReadAgain();
        }
    }
}
