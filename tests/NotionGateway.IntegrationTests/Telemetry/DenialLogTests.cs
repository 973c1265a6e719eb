using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Telemetry.Lines;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Telemetry;

/// <summary>A caller in a loop must not fill the disk: the lines of its denials are bounded, the counts are not.</summary>
public sealed class DenialLogTests
{
    private const int Requests = 500;

    [Fact]
    public async Task A_loop_on_an_unknown_path_writes_few_lines_and_every_request_is_counted()
    {
        // Time stands still for the limit alone.
        var time = new FakeTimeProvider();
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup
            .Caller(The.Caller, The.Key).Caller("other", The.OtherKey)
            .Adjustments.Add(builder => builder.Services.AddSingleton(new DenialLogLimit(time))));
        using var client = gateway.Client();

        await Task.WhenAll(Enumerable.Range(0, Requests).Select(async _ =>
        {
            using var response = await client.GetAsync("/v1/nothing");
            Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        }));
        await gateway.CountedAsync(Requests, "notion_gateway.denials", ("caller", The.Caller), ("reason", "unknown_operation"));

        Assert.Equal(10, gateway.Logs.Named("Denial").Count());
        Assert.Empty(gateway.Logs.Named("Request"));

        using var other = await gateway.Client(The.OtherKey).GetAsync("/v1/nothing");
        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(line => Equals(line.Values["Caller"], "other")), "the other caller's line");

        time.Advance(TimeSpan.FromSeconds(1));
        using var later = await client.GetAsync("/v1/nothing");
        await gateway.UntilAsync(() => gateway.Logs.Named("DenialsLeftOut").Any(), "the number of requests without a line");
        var leftOut = Assert.Single(gateway.Logs.Named("DenialsLeftOut")).Values;
        Assert.Equal((Requests - 10, The.Caller), ((int)leftOut["LeftOut"]!, (string)leftOut["Caller"]!));
    }

    [Fact]
    public async Task Lines_of_what_went_well_can_be_left_out_and_denials_and_errors_keep_theirs()
    {
        await using var upstream = new RecordingUpstream
        {
            Answer = request => request.Target == "/v1/users" ? RawResponse.Json("{}", 404) : RawResponse.Json("{}"),
        };
        await using var gateway = await TestGateway.StartAsync(upstream.Address, setup => setup.Setting("Gateway:Telemetry:LogSuccessRatio", "0"));
        using var client = gateway.Client();

        using var well = await client.GetAsync("/v1/users/me");
        using var badly = await client.GetAsync("/v1/users");
        using var denied = await client.GetAsync("/v1/nothing");
        await gateway.CountedAsync(3, "notion_gateway.requests");

        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Any(), "the denial's line");
        Assert.Equal(404, Assert.Single(gateway.Logs.Named("Request")).Values["Status"]);
        Assert.Equal(KeyDigest.Of(The.Key).ToString()[7..15], Assert.Single(gateway.Logs.Named("Denial")).Values["Key"]);
    }

    [Fact]
    public async Task What_Notion_was_asked_has_its_line_however_often_it_fails()
    {
        await using var upstream = new RecordingUpstream { Answer = _ => new RawResponse().Reset() };
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        using var client = gateway.Client();

        for (var number = 0; number < 15; number++)
        {
            using var response = await client.PostAsync("/v1/pages", new StringContent("{}", null, "application/json"));
            Assert.Equal(HttpStatusCode.BadGateway, response.StatusCode);
        }

        await gateway.UntilAsync(() => gateway.Logs.Named("Denial").Count() == 15, "a line for each");
        Assert.Equal(15, upstream.Requests.Count);
    }
}
