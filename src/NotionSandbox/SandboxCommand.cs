using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using NotionSandbox.Connections;
using NotionSandbox.Limits;
using NotionSandbox.OAuth;
using NotionSandbox.Recording;
using NotionSandbox.Seeds;

namespace NotionSandbox;

/// <summary>The command line: what can be said there, and what it makes the sandbox do.</summary>
internal sealed class SandboxCommand
{
    private readonly TextWriter _output;

    private readonly Option<int> _port = new("--port") { Description = "Port on 127.0.0.1; 0 is any free one.", DefaultValueFactory = _ => 9090 };

    private readonly Option<string[]> _tokens = new("--token")
    {
        Description = "NAME=ntn_…: a connection and its token. May be given more than once. Without it there is one called demo.",
    };

    private readonly Option<int> _limit = new("--limit")
    {
        Description = "Requests per window and connection.",
        DefaultValueFactory = _ => RequestLimit.Standard.Size,
    };

    private readonly Option<double> _window = new("--window")
    {
        Description = "Length of a window in seconds.",
        DefaultValueFactory = _ => RequestLimit.Standard.Window.TotalSeconds,
    };

    private readonly Option<double> _phase = new("--phase") { Description = "Where windows begin, in seconds after the clock's full windows." };

    private readonly Option<string[]> _redirectUris = new("--redirect-uri")
    {
        Description = "Where the OAuth app called Demo app may send people back to. May be given more than once.",
        DefaultValueFactory = _ => [OAuthAppSettings.DemoRedirectUri],
    };

    private readonly Option<string> _seed = new("--seed") { Description = "What a workspace holds in the beginning.", DefaultValueFactory = _ => "demo" };

    private readonly Option<bool> _quiet = new("--quiet") { Description = "Keep no bodies, and print the ready line alone: for benchmarks." };

    public SandboxCommand(TextWriter output)
    {
        _output = output;
        _seed.AcceptOnlyFromAmong("demo", "empty");
        _window.Validators.Add(Positive);
        _limit.Validators.Add(Positive);
        _port.Validators.Add(PortNumber);
        _tokens.Validators.Add(NamedTokens);
    }

    public Task<int> RunAsync(string[] arguments, CancellationToken cancellationToken = default)
    {
        var root = new RootCommand("A pretend Notion on this machine: the API of api.notion.com, in memory, with limits and faults to order.")
        {
            _port, _tokens, _redirectUris, _limit, _window, _phase, _seed, _quiet,
        };
        root.SetAction(ServeAsync);
        return root.Parse(arguments).InvokeAsync(new InvocationConfiguration { Output = _output, Error = _output }, cancellationToken);
    }

    private async Task<int> ServeAsync(ParseResult said, CancellationToken stop)
    {
        try
        {
            await using var sandbox = await SandboxServer.StartAsync(Options(said), stop);
            await SayReadyAsync(sandbox, said.GetValue(_quiet));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }
        catch (OperationCanceledException)
        {
            await _output.WriteLineAsync("notion-sandbox is stopping.");
        }
        catch (Exception mistake) when (mistake is IOException or InvalidOperationException)
        {
            // The port is taken, or two connections have the same name or token.
            await _output.WriteLineAsync(mistake.Message);
            return 1;
        }

        return 0;
    }

    private SandboxOptions Options(ParseResult said) => new()
    {
        Port = said.GetValue(_port),
        Seed = said.GetValue(_seed) is "empty" ? SeedKind.Empty : SeedKind.Demo,
        Connections = Connections(said),
        OAuthApps = [OAuthAppSettings.Demo with { RedirectUris = said.GetValue(_redirectUris) ?? [], Limit = Limit(said) }],
        Recording = new RecorderOptions { Bodies = !said.GetValue(_quiet) },
    };

    private async Task SayReadyAsync(SandboxServer sandbox, bool isQuiet)
    {
        var url = sandbox.BaseUrl.GetLeftPart(UriPartial.Authority);
        var first = sandbox.Connections.First();
        await _output.WriteLineAsync($"notion-sandbox is ready at {url} with the token {first.Token}");
        if (isQuiet)
        {
            return;
        }

        var app = sandbox.OAuth.Apps.First();
        var names = string.Join(", ", sandbox.Connections.Select(connection => connection.Name));
        await _output.WriteLineAsync(
            $"""

            Try it:
              curl -s {url}/v1/users/me -H 'Authorization: Bearer {first.Token}' -H 'Notion-Version: 2026-03-11'
            See what it received:
              curl -s {url}/_sandbox/received
            OAuth, with the secret {app.ClientSecret}; open in a browser:
              {url}/v1/oauth/authorize?client_id={app.ClientId}&response_type=code&owner=user&redirect_uri={Uri.EscapeDataString(app.RedirectUris[0])}
            Connections: {names}. Limit: {first.Limit.Size} requests in {first.Limit.Window.TotalSeconds} s. Ctrl+C stops it.
            """);
    }

    private IReadOnlyList<ConnectionSettings> Connections(ParseResult said)
    {
        var limit = Limit(said);
        var named = said.GetValue(_tokens) ?? [];
        return named.Length == 0
            ? [ConnectionSettings.Demo with { Limit = limit }]
            : [.. named.Select(pair => pair.Split('=', 2)).Select(pair => new ConnectionSettings(pair[0]) { Token = pair[1], Limit = limit })];
    }

    private RequestLimit Limit(ParseResult said) =>
        new(said.GetValue(_limit), TimeSpan.FromSeconds(said.GetValue(_window)), TimeSpan.FromSeconds(said.GetValue(_phase)));

    private static void Positive(OptionResult result)
    {
        if (result.Tokens is [var token] && !(double.TryParse(token.Value, CultureInfo.InvariantCulture, out var number) && number > 0))
        {
            result.AddError($"{result.Option.Name} is a number greater than 0, not '{token.Value}'.");
        }
    }

    private static void PortNumber(OptionResult result)
    {
        if (result.Tokens is [var token] && !ushort.TryParse(token.Value, CultureInfo.InvariantCulture, out _))
        {
            result.AddError($"--port is a number from 0 to 65535, not '{token.Value}'.");
        }
    }

    private static void NamedTokens(OptionResult result)
    {
        foreach (var token in result.Tokens.Where(token => token.Value.Split('=', 2) is not [{ Length: > 0 }, { Length: > 0 }]))
        {
            result.AddError($"Write --token NAME=TOKEN, such as --token blue=ntn_…, not '{token.Value}'.");
        }
    }
}
