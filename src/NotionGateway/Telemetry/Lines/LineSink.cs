namespace NotionGateway.Telemetry.Lines;

/// <summary>
/// Writes log lines to a stream from a thread of its own, many in one go. Logging never waits for the stream: lines that it does
/// not take are dropped and counted, be it full, closed or not read, and logging continues with the next ones.
/// </summary>
internal sealed class LineSink : IDisposable
{
    private const int Capacity = 4 * 1024 * 1024;

    /// <summary>How long lines gather after the first of them; the price of a line is then mostly a copy.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);

    private readonly Stream _stream;
    private readonly DroppedLines _dropped;
    private readonly Lock _filling = new();
    private readonly AutoResetEvent _filled = new(false);
    private readonly ManualResetEvent _stopping = new(false);
    private readonly Thread _writer;
    private MemoryStream _lines = new();
    private MemoryStream _spare = new();
    private long _count;
    private long _untold;
    private bool _mayHaveCutLine;

    public LineSink(Stream stream, DroppedLines dropped)
    {
        (_stream, _dropped) = (stream, dropped);
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
                _untold++;
                _dropped.Add(1);
                return;
            }

            first = _lines.Length == 0;
            _lines.Write(line);
            _count++;
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
            Empty();
        }
    }

    private void Empty()
    {
        MemoryStream lines;
        long count;
        long untold;
        lock (_filling)
        {
            (lines, _lines, _spare) = (_lines, _spare, _lines);
            (count, _count) = (_count, 0);
            (untold, _untold) = (_untold, 0);
        }

        try
        {
            if (_mayHaveCutLine)
            {
                _stream.Write("\n"u8);
                _mayHaveCutLine = false;
            }

            lines.WriteTo(_stream);
            count = 0;
            if (untold > 0)
            {
                _stream.Write(System.Text.Encoding.UTF8.GetBytes($"(dropped log lines, which the output did not accept: {untold})\n"));
            }

            _stream.Flush();
        }
        catch (IOException)
        {
            // The disk is full, or the reader has gone: there is no one to notify, and the next lines may be accepted.
            _mayHaveCutLine = true;
            _dropped.Add(count);
            lock (_filling)
            {
                _untold += untold + count;
            }
        }

        lines.SetLength(0);
    }
}

/// <summary>How many log lines were lost since the start.</summary>
internal sealed class DroppedLines
{
    private long _count;

    public long Count => Interlocked.Read(ref _count);

    public void Add(long lines) => Interlocked.Add(ref _count, lines);
}
