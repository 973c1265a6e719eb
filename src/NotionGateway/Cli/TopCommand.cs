using System.CommandLine;
using System.Runtime.InteropServices;
using NotionGateway.Cli.Text;
using NotionGateway.Operator.Status;
using NotionGateway.Settings;

namespace NotionGateway.Cli;

/// <summary><c>top</c>: shows the state of the running gateway, again each second, until it is interrupted.</summary>
internal static class TopCommand
{
    /// <summary>Back to the first column of the first row, and nothing below what is written there.</summary>
    private const string Home = "\x1b[H";
    private const string ClearLine = "\x1b[K\n";
    private const string ClearBelow = "\x1b[J";
    private const string ClearAll = "\x1b[2J";

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    public static Command Create(IProcessEnvironment environment, Terminal terminal)
    {
        const string Summary = "Show who waits, what fails and why, refreshed each second.";
        return OperatorCommand.Create(environment, terminal, "top", Summary, [], async (parsed, client, cancellationToken) =>
        {
            var output = parsed.InvocationConfiguration.Output;
            var isFirst = true;

            // Interrupted in order: the terminal gets its settings back, and the exit code is 0.
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, signal =>
            {
                signal.Cancel = true;
                stop.Cancel();
            });
            try
            {
                while (true)
                {
                    var status = StatusCommand.Read(await client.StatusAsync(stop.Token), out var problem);
                    if (status is null && isFirst)
                    {
                        await parsed.InvocationConfiguration.Error.WriteLineAsync(problem);
                        return ExitCode.Failed;
                    }

                    var screen = terminal.Screen();
                    await output.WriteAsync(Frame(status is null ? [problem] : Lines(status, screen), screen, isFirst));
                    await output.FlushAsync(stop.Token);
                    isFirst = false;
                    await Task.Delay(Interval, TimeProvider.System, stop.Token);
                }
            }
            catch (OperationCanceledException)
            {
                // That is how it ends.
            }

            return ExitCode.Done;
        });
    }

    /// <summary>What fits on the screen; elsewhere all. Neither the last column nor the last row is written to: a terminal may scroll.</summary>
    private static IReadOnlyList<string> Lines(StatusSnapshot status, (int Columns, int Rows)? screen) =>
        screen is var (columns, rows) ? TopText.Of(status, columns - 1, rows - 1) : StatusText.Of(status);

    /// <summary>What is written to show these lines: as many as fit on the screen, over what was there; elsewhere all of them, one after the other.</summary>
    public static string Frame(IReadOnlyList<string> lines, (int Columns, int Rows)? screen, bool isFirst)
    {
        if (screen is not var (columns, rows))
        {
            return string.Join('\n', lines) + "\n\n";
        }

        var shown = lines.Take(rows - 1).Select(line => line.Length < columns ? line : line[..(columns - 1)]);
        return (isFirst ? ClearAll : "") + Home + string.Concat(shown.Select(line => line + ClearLine)) + ClearBelow;
    }
}
