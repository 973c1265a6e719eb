namespace NotionGateway.Telemetry;

/// <summary>
/// Writes log lines to a stream from a thread of its own, many in one go. Whoever logs never waits for the stream: when
/// nobody reads it and the buffer is full, lines are dropped and counted.
/// </summary>
internal sealed class LineSink : IDisposable
{
    private const int Capacity = 4 * 1024 * 1024;

    /// <summary>How long lines gather after the first of them; the price of a line is then mostly a copy.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Stream _stream;
    private readonly Lock _filling = new();
    private readonly AutoResetEvent _filled = new(false);
    private readonly ManualResetEvent _stopping = new(false);
    private readonly Thread _writer;
    private MemoryStream _lines = new();
    private MemoryStream _spare = new();
    private long _dropped;

    public LineSink(Stream stream)
    {
        _stream = stream;
        _writer = new Thread(Run) { IsBackground = true, Name = "log" };
        _writer.Start();
    }

    public void Write(ReadOnlySpan<byte> line)
    {
        bool first;
        lock (_filling)
        {
            if (_lines.Length + line.Length > Capacity)
            {
                _dropped++;
                return;
            }

            first = _lines.Length == 0;
            _lines.Write(line);
        }

        if (first)
        {
            _filled.Set();
        }
    }

    /// <summary>Writes what there is, and ends; waits for a stuck reader only for a moment.</summary>
    public void Dispose()
    {
        _stopping.Set();
        _filled.Set();
        _writer.Join(TimeSpan.FromSeconds(2));
    }

    private void Run()
    {
        var stopping = false;
        while (!stopping)
        {
            _filled.WaitOne();
            stopping = _stopping.WaitOne(Gathering);
            if (!TryEmpty())
            {
                return;
            }
        }
    }

    private bool TryEmpty()
    {
        MemoryStream lines;
        long dropped;
        lock (_filling)
        {
            (lines, _lines, _spare) = (_lines, _spare, _lines);
            (dropped, _dropped) = (_dropped, 0);
        }

        try
        {
            lines.WriteTo(_stream);
            if (dropped > 0)
            {
                _stream.Write(System.Text.Encoding.UTF8.GetBytes($"({dropped} log lines were dropped: the output was not read fast enough)\n"));
            }

            _stream.Flush();
            lines.SetLength(0);
            return true;
        }
        catch (IOException)
        {
            // Nobody is at the other end any more, and there is nobody else to tell.
            return false;
        }
    }
}
