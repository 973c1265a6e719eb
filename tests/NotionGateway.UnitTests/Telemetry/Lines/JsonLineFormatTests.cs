using System.Buffers;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using NotionGateway.Telemetry.Lines;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Telemetry.Lines;

public sealed class JsonLineFormatTests
{
    [Fact]
    public void An_entry_is_one_object_on_one_line_with_its_values_apart()
    {
        var text = Write(
            "two\nlines \"quoted\"", null, [new("Status", 429), new("ElapsedMs", 1.23456), new("Nothing", null), new("{OriginalFormat}", "template")]);
        Assert.Equal(1, text.Count(character => character == '\n'));
        using var json = JsonDocument.Parse(text);
        var root = json.RootElement;
        Assert.Equal(
            ["Timestamp", "LogLevel", "EventId", "EventName", "Category", "service", "instance", "Message", "State"],
            root.EnumerateObject().Select(member => member.Name));
        Assert.Equal("2026-11-23T12:00:00.123Z", root.GetProperty("Timestamp").GetString());
        Assert.Equal("two\nlines \"quoted\"", root.GetProperty("Message").GetString());
        Assert.Equal("""{"Status":429,"ElapsedMs":1.235,"Nothing":null}""", root.GetProperty("State").GetRawText());
    }

    [Fact]
    public void The_text_can_be_left_out_where_the_values_say_it_too()
    {
        var values = Write("GET users.me -> 200", null, [new("Status", 200), new("{OriginalFormat}", "")], hasMessages: false);
        Assert.DoesNotContain("Message", values);
        Assert.Contains("\"Status\":200", values);
        Assert.Contains("\"service\":\"notion-gateway\",\"instance\":\"pod-1\"", values);
        Assert.Contains("\"Message\":\"started\"", Write("started", null, [new("{OriginalFormat}", "")], hasMessages: false));
    }

    [Fact]
    public void The_trace_of_the_caller_is_shown_where_the_gateway_makes_no_span()
    {
        var trace = ActivityTraceId.CreateRandom();
        CallerTrace.Current = trace;
        var line = Write("text", null, []);
        CallerTrace.Current = default;

        Assert.Contains($"\"TraceId\":\"{trace.ToHexString()}\"", line);
        Assert.DoesNotContain("TraceId", Write("text", null, []));
    }

    [Fact]
    public void A_secret_is_masked_wherever_it_stands()
    {
        var text = Write($"token {The.NotionToken}", new InvalidOperationException($"key {The.Key}"),
            [new("Value", The.NotionToken), new("Object", new Uri($"http://h/{The.Key}")), new("{OriginalFormat}", "")]);
        Assert.DoesNotContain(The.NotionToken, text);
        Assert.DoesNotContain(The.Key, text);
        Assert.Equal(4, text.Split("[redacted]").Length - 1);
    }

    private static string Write(
        string text, Exception? exception, IReadOnlyList<KeyValuePair<string, object?>> state, bool hasMessages = true)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var options = JsonLineOptions.Of("notion-gateway", "pod-1", hasMessages);
        JsonLineFormat.Write(buffer, options, new DateTimeOffset(2026, 11, 23, 12, 0, 0, 123, TimeSpan.Zero), LogLevel.Information, "category",
            new EventId(7, "Started"), text, exception, state);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
