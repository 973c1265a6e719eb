using System.Buffers;
using System.Globalization;
using System.Text;
using NotionGateway.Notion;

namespace NotionGateway.Telemetry.Lines;

/// <summary>
/// Makes one line of a log entry: time, level, event, text. Whatever looks like a secret is masked here, whatever logs
/// it, and control characters are written out, so that no value can begin a line or colour a terminal.
/// </summary>
internal static class LineFormat
{
    private static readonly SearchValues<char> Control = SearchValues.Create([.. Enumerable.Range(0, 0x20).Append(0x7F).Select(code => (char)code)]);

    public static void Write(IBufferWriter<byte> to, DateTimeOffset now, LogLevel level, string category, EventId eventId, string text, Exception? exception)
    {
        Span<byte> time = stackalloc byte[32];
        now.UtcDateTime.TryFormat(time, out var length, "yyyy-MM-dd'T'HH:mm:ss.fff'Z '", CultureInfo.InvariantCulture);
        to.Write(time[..length]);
        to.Write(Word(level));
        WriteText(to, eventId.Name ?? category);
        to.Write(": "u8);
        WriteText(to, text);
        if (level >= LogLevel.Warning && CallerTrace.OfLine is var trace && trace != default)
        {
            WriteText(to, $" (trace {trace.ToHexString()})");
        }

        if (exception is not null)
        {
            to.Write(" | "u8);
            WriteText(to, exception.ToString());
        }

        to.Write("\n"u8);
    }

    private static void WriteText(IBufferWriter<byte> to, string text)
    {
        var safe = NotionTokenShape.Redact(text);
        Encoding.UTF8.GetBytes(safe.AsSpan().ContainsAny(Control) ? Escaped(safe) : safe, to);
    }

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder(text.Length + 16);
        foreach (var character in text)
        {
            _ = character switch
            {
                '\n' => escaped.Append(" | "),
                '\r' => escaped,
                '\t' => escaped.Append(' '),
                < ' ' or '\x7F' => escaped.Append(CultureInfo.InvariantCulture, $"\\x{(int)character:x2}"),
                _ => escaped.Append(character),
            };
        }

        return escaped.ToString();
    }

    private static ReadOnlySpan<byte> Word(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce "u8,
        LogLevel.Debug => "dbug "u8,
        LogLevel.Information => "info "u8,
        LogLevel.Warning => "warn "u8,
        LogLevel.Error => "fail "u8,
        _ => "crit "u8,
    };
}
