using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace NotionGateway.TestKit;

/// <summary>One line as it would be written, with its parts.</summary>
internal sealed record CapturedLine(
    string Category, LogLevel Level, EventId Event, string Text, IReadOnlyDictionary<string, object?> Values, Exception? Exception)
{
    public override string ToString() => $"{Level} {Category} {Event.Name}: {Text} {Exception}";
}

/// <summary>Keeps everything that is logged, at every level that the program lets through.</summary>
internal sealed class CapturedLogs : ILoggerProvider
{
    private readonly ConcurrentQueue<CapturedLine> _lines = new();

    public IReadOnlyList<CapturedLine> Lines => [.. _lines];

    public IEnumerable<CapturedLine> Named(string eventName) => _lines.Where(line => line.Event.Name == eventName);

    public ILogger CreateLogger(string categoryName) => new Logger(categoryName, _lines);

    public void Dispose()
    {
    }

    private sealed class Logger(string category, ConcurrentQueue<CapturedLine> lines) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            var values = state as IEnumerable<KeyValuePair<string, object?>> ?? [];
            lines.Enqueue(new CapturedLine(
                category, logLevel, eventId, formatter(state, exception),
                values.GroupBy(pair => pair.Key).ToDictionary(group => group.Key, group => group.Last().Value), exception));
        }
    }
}
