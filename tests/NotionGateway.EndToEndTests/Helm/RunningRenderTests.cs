using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using k8s.Models;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Helm;

/// <summary>What the chart renders, tried on the real program.</summary>
public sealed partial class RunningRenderTests
{
    public static TheoryData<string> Scenarios => [.. HelmChart.Scenarios];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task The_program_takes_every_setting_and_listens_where_the_container_says(string scenario)
    {
        using var pod = new RenderedProgram(HelmChart.Render(scenario));

        var (exitCode, output) = await RunningProgram.RunAsync(Published.Program, ["check", .. pod.Arguments], pod.Environment);

        Assert.True(exitCode == 0, output);
        Assert.Contains("The configuration is valid.", output);
        var listeners = Listener().Matches(output)
            .ToDictionary(match => match.Groups["name"].Value, match => (match.Groups["scheme"].Value, int.Parse(match.Groups["port"].Value)));
        var ports = pod.Rendered.Container.Ports.ToDictionary(port => port.Name, port => port.ContainerPort);
        var data = ports.Keys.Single(name => name is "http" or "https");
        Assert.Equal((data, ports[data]), listeners["Data"]);
        Assert.Equal(("http", ports["management"]), listeners["Management"]);

        // The operator listener is on loopback, where this expression does not find it and no Service reaches it.
        Assert.Equal(ports.Count, listeners.Count);
        Assert.Equal(ports.ContainsKey("connect"), listeners.TryGetValue("Connect", out var connect) && connect == ("http", ports["connect"]));
        var hasOperators = scenario == "webhooks" || scenario.StartsWith("oauth", StringComparison.Ordinal);
        Assert.Equal(hasOperators, Regex.IsMatch(output, @"listens +Operator +http://127\.0\.0\.1:8082"));
    }

    [Fact]
    public async Task It_becomes_ready_by_its_probes_answers_and_passes_the_test_of_the_chart()
    {
        await using var sandbox = await NotionSandbox.SandboxServer.StartAsync();
        using var pod = Pod(sandbox);
        await using var program = await RunningProgram.StartAsync(pod.Arguments, [.. pod.Environment, .. Upstream(sandbox)]);

        using var management = new HttpClient { BaseAddress = program.Management };
        foreach (var probe in new[] { pod.Rendered.Container.StartupProbe, pod.Rendered.Container.LivenessProbe, pod.Rendered.Container.ReadinessProbe })
        {
            Assert.Equal("management", probe.HttpGet.Port.Value);
            Assert.Equal(HttpStatusCode.OK, (await management.GetAsync(probe.HttpGet.Path)).StatusCode);
        }

        using var caller = Caller(program, The.Key);
        Assert.Equal(HttpStatusCode.OK, (await caller.GetAsync("/v1/users/me")).StatusCode);
        Assert.Equal((0, 1), (await TestPodAsync(pod, program.Data), Math.Min(1, await TestPodAsync(pod, program.Management))));
    }

    [Fact]
    public async Task A_changed_ConfigMap_and_a_changed_Secret_are_taken_up_without_a_restart()
    {
        await using var sandbox = await NotionSandbox.SandboxServer.StartAsync();
        using var pod = Pod(sandbox);
        await using var program = await RunningProgram.StartAsync(pod.Arguments, [.. pod.Environment, .. Upstream(sandbox)]);
        using var caller = Caller(program, The.OtherKey);
        Assert.Equal(HttpStatusCode.Unauthorized, (await caller.GetAsync("/v1/users/me")).StatusCode);

        pod.MountConfig(Render(The.OtherKey));
        pod.Write("/var/run/secrets/notion-gateway/credentials/default", sandbox.AddConnection("second").Token);

        await EventuallyAsync(async () => (await (await caller.GetAsync("/v1/users/me")).Content.ReadAsStringAsync()).Contains("\"name\":\"second\""), program);
    }

    [Fact]
    public async Task On_SIGTERM_it_drains_inside_the_grace_period_and_loses_no_request_under_load()
    {
        await using var sandbox = await NotionSandbox.SandboxServer.StartAsync(new NotionSandbox.SandboxOptions
        {
            Connections = [NotionSandbox.Connections.ConnectionSettings.Demo with { Limit = new(1_000_000, TimeSpan.FromSeconds(1), TimeSpan.Zero) }],
        });
        using var pod = Pod(sandbox);
        await using var program = await RunningProgram.StartAsync(
            pod.Arguments, [.. pod.Environment, .. Upstream(sandbox), .. RunningProgram.Unhurried, ("Gateway__DrainDelay", "00:00:10")]);
        using var management = new HttpClient { BaseAddress = program.Management };

        // Endpoints are gone from the Service some time after the signal; until then callers go on.
        using var removed = new CancellationTokenSource();
        var answered = new ConcurrentBag<HttpStatusCode>();
        var callers = Enumerable.Range(0, 16).Select(_ => Task.Run(() => CallAsync(program, answered, removed.Token))).ToList();
        await EventuallyAsync(() => Task.FromResult(answered.Count > 100), program);
        program.Terminate();
        await EventuallyAsync(async () => (await management.GetAsync("/readyz")).StatusCode == HttpStatusCode.ServiceUnavailable, program);
        removed.CancelAfter(TimeSpan.FromSeconds(1));
        await Task.WhenAll(callers);

        // It ends because its work is done, not because the time for it is over; that time is less than the grace period by a test of the chart.
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.DoesNotContain("DrainTimeout", program.Output);
        Assert.DoesNotContain(answered, status => status != HttpStatusCode.OK);
    }

    private static RenderedChart Render(string key) => HelmChart.Render(
        "existing-secret", "--set", $"config.Access.Callers.crm.KeyHashes[0]={KeyDigest.Of(key)}");

    private static RenderedProgram Pod(NotionSandbox.SandboxServer sandbox)
    {
        var pod = new RenderedProgram(Render(The.Key));
        pod.Write("/var/run/secrets/notion-gateway/credentials/default", sandbox.Connections["demo"].Token);
        return pod;
    }

    /// <summary>The one thing that is not as in a cluster: Notion is the sandbox.</summary>
    private static (string, string)[] Upstream(NotionSandbox.SandboxServer sandbox) =>
        [("Gateway__Forwarding__Upstream", sandbox.BaseUrl.GetLeftPart(UriPartial.Authority)), ("Gateway__Forwarding__AllowInsecureUpstream", "true")];

    private static HttpClient Caller(RunningProgram program, string key) => new()
    {
        BaseAddress = program.Data,
        DefaultRequestHeaders = { { "Authorization", $"Bearer {key}" } },
    };

    private static async Task CallAsync(RunningProgram program, ConcurrentBag<HttpStatusCode> answered, CancellationToken removed)
    {
        using var client = Caller(program, The.Key);
        while (!removed.IsCancellationRequested)
        {
            answered.Add((await client.GetAsync("/v1/users/me", CancellationToken.None)).StatusCode);
        }
    }

    /// <summary>Runs the command of the <c>helm test</c> pod against an address.</summary>
    private static async Task<int> TestPodAsync(RenderedProgram pod, Uri address)
    {
        var container = pod.Rendered.One<V1Pod>("Pod").Spec.Containers.Single();
        var variable = (container.Env.Single().Name, address.GetLeftPart(UriPartial.Authority));
        return (await RunningProgram.RunAsync(container.Command[0], [.. container.Command.Skip(1)], variable)).ExitCode;
    }

    private static Task EventuallyAsync(Func<Task<bool>> holds, RunningProgram program) =>
        SafetyNet.UntilAsync(holds, () => $"It did not happen: {program.Output}");

    [GeneratedRegex(@"listens +(?<name>\w+) +(?<scheme>https?)://\*:(?<port>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Listener();
}
