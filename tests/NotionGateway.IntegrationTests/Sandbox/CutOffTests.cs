using System.Globalization;
using System.Text.RegularExpressions;
using NotionSandbox.Faults;

namespace NotionGateway.IntegrationTests.Sandbox;

/// <summary>Connections end too early, at the byte and in the manner asked for.</summary>
public sealed partial class CutOffTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Before_any_byte(bool reset)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new CutOffFault { Point = CutPoint.BeforeAnyByte, Reset = reset });

        var heard = await HearAsync(visit);

        Assert.Equal(("", reset), heard);
        Assert.Equal(0, visit.Sandbox.Received.All[0].Status);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task After_the_headers(bool chunked, bool reset)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new CutOffFault { Point = CutPoint.AfterHeaders, Chunked = chunked, Reset = reset });

        var (text, wasReset) = await HearAsync(visit);

        Assert.StartsWith("HTTP/1.1 200 ", text, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\n", text, StringComparison.Ordinal);
        Assert.Contains(chunked ? "\r\nTransfer-Encoding: chunked\r\n" : "\r\nContent-Length: ", text, StringComparison.Ordinal);
        Assert.Equal(reset, wasReset);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task In_the_middle_of_the_body(bool chunked, bool reset)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new CutOffFault { Point = CutPoint.MidBody, Chunked = chunked, Reset = reset });

        var (text, wasReset) = await HearAsync(visit);

        var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var promised = chunked
            ? int.Parse(body[..body.IndexOf("\r\n", StringComparison.Ordinal)], NumberStyles.HexNumber, CultureInfo.InvariantCulture)
            : int.Parse(Length().Match(text).Groups["length"].Value, CultureInfo.InvariantCulture);
        var came = chunked ? body[(body.IndexOf("\r\n", StringComparison.Ordinal) + 2)..] : body;
        Assert.Equal(promised / 2, came.Length);
        Assert.StartsWith("{\"object\":\"user\"", came, StringComparison.Ordinal);
        Assert.Equal(reset, wasReset);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_was_asked_is_done_unless_told_otherwise(bool performs)
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new CutOffFault { Performs = performs, Point = CutPoint.BeforeAnyByte }, times: 1);

        // Over a bare connection, because an HTTP client may quietly try a second time.
        using var wire = visit.Wire();
        await wire.SayAsync(Wire.Get($"/v1/blocks/{Visit.FirstRow}", visit.Demo.Token).Replace("GET", "DELETE", StringComparison.Ordinal));
        Assert.Equal(("", false), await wire.HearAsync());

        Assert.Equal(performs, (bool)(await visit.GetAsync($"/v1/pages/{Visit.FirstRow}")).Done()["in_trash"]!);
    }

    [Fact]
    public async Task Any_bytes_at_all_can_be_sent_instead_of_an_answer()
    {
        await using var visit = await Visit.StartAsync();
        const string Nonsense = "HTTP/1.1 999 Odd\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab\u00ff";
        visit.Sandbox.Faults.Add(new RawFault { Text = Nonsense });

        Assert.Equal((Nonsense, false), await HearAsync(visit));
    }

    [Fact]
    public async Task The_next_connection_is_none_the_worse()
    {
        await using var visit = await Visit.StartAsync();
        visit.Sandbox.Faults.Add(new CutOffFault { Reset = true }, times: 3);
        for (var i = 0; i < 3; i++)
        {
            await HearAsync(visit);
        }

        (await visit.GetAsync("/v1/users/me")).Done();
    }

    private static async Task<(string Text, bool Reset)> HearAsync(Visit visit)
    {
        using var wire = visit.Wire();
        await wire.SayAsync(Wire.Get("/v1/users/me", visit.Demo.Token));
        return await wire.HearAsync();
    }

    [GeneratedRegex("\r\nContent-Length: (?<length>[0-9]+)\r\n", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Length();
}
