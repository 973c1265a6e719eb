using System.Buffers;

namespace NotionGateway.Telemetry.Lines;

/// <summary>Sends what is logged to a <see cref="LineSink"/>, one line an entry: text for people, or JSON for machines.</summary>
internal sealed class LineLoggerProvider(LineSink sink, TimeProvider time, JsonLineOptions? json) : ILoggerProvider
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, sink, time, json);

    public void Dispose() => sink.Dispose();

    private sealed class Logger(string category, LineSink sink, TimeProvider time, JsonLineOptions? json) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var line = _line ??= new ArrayBufferWriter<byte>(512);
            line.ResetWrittenCount();
            if (json is not null)
            {
                JsonLineFormat.Write(line, json, time.GetUtcNow(), logLevel, category, eventId, formatter(state, exception), exception, state);
            }
            else
            {
                LineFormat.Write(line, time.GetUtcNow(), logLevel, category, eventId, formatter(state, exception), exception);
            }

            sink.Write(line.WrittenSpan);
        }
    }
}
