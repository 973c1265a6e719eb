using System.Buffers;
using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging;
using NotionGateway.Telemetry.Lines;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Telemetry.Lines;

public sealed class LineFormatTests
{
    [Fact]
    public void An_entry_is_one_line() => Assert.Equal(
        "2026-11-23T12:00:00.123Z info Started: the gateway listens\n", Write("the gateway listens"));

    [Fact]
    public void A_secret_is_masked_whoever_logs_it()
    {
        var line = Write($"token {The.NotionToken}", new InvalidOperationException($"key {The.Key}"));
        Assert.DoesNotContain(The.NotionToken, line);
        Assert.DoesNotContain(The.Key, line);
        Assert.Contains("[redacted]", line);
    }

    [Fact]
    public void No_value_begins_a_line_or_colours_a_terminal()
    {
        var line = Write("a\r\nb\tc\u001b[31md\0");
        Assert.Equal("2026-11-23T12:00:00.123Z info Started: a | b c\\x1b[31md\\x00\n", line);
    }

    [Fact]
    public void An_exception_stands_on_the_same_line()
    {
        var line = Write("failed", new InvalidOperationException("first\nsecond"));
        Assert.Single(line, '\n'.Equals);
        Assert.Contains("InvalidOperationException: first | second", line);
    }

    [Theory]
    [InlineData(LogLevel.Warning, true)]
    [InlineData(LogLevel.Error, true)]
    [InlineData(LogLevel.Information, false)]
    public void What_went_wrong_names_the_trace_that_it_belongs_to(LogLevel level, bool isNamed)
    {
        var trace = ActivityTraceId.CreateRandom();
        CallerTrace.Current = trace;
        var line = Write("denied", level: level);
        CallerTrace.Current = default;

        Assert.EndsWith(isNamed ? $": denied (trace {trace.ToHexString()})\n" : ": denied\n", line);
        Assert.DoesNotContain("trace", Write("denied", level: level));
    }

    private static string Write(string text, Exception? exception = null, LogLevel level = LogLevel.Information)
    {
        var buffer = new ArrayBufferWriter<byte>();
        LineFormat.Write(buffer, new DateTimeOffset(2026, 11, 23, 14, 0, 0, 123, TimeSpan.FromHours(2)), level, "Category",
            new EventId(1, "Started"), text, exception);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
