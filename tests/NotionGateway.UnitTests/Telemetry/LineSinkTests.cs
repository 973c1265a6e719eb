using System.Text;
using NotionGateway.Telemetry;

namespace NotionGateway.UnitTests.Telemetry;

public sealed class LineSinkTests
{
    [Fact]
    public void Lines_come_out_whole_and_in_order()
    {
        var written = new MemoryStream();
        using (var sink = new LineSink(written))
        {
            for (var line = 0; line < 1000; line++)
            {
                sink.Write(Encoding.ASCII.GetBytes($"line {line}\n"));
            }
        }

        Assert.Equal(string.Concat(Enumerable.Range(0, 1000).Select(line => $"line {line}\n")), Encoding.ASCII.GetString(written.ToArray()));
    }

    [Fact]
    public void A_reader_that_is_stuck_holds_up_nobody_and_is_told_what_it_missed()
    {
        using var stuck = new StuckStream();
        using var sink = new LineSink(stuck);
        var line = new byte[1024];
        sink.Write(line);
        Assert.True(stuck.Entered.Wait(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));

        for (var count = 0; count < 10_000; count++)
        {
            sink.Write(line);
        }

        stuck.Release.Set();
        sink.Dispose();
        Assert.Contains("log lines were dropped", Encoding.ASCII.GetString(stuck.ToArray()));
        Assert.True(stuck.Length < 6 * 1024 * 1024);
    }

    private sealed class StuckStream : MemoryStream
    {
        public ManualResetEventSlim Entered { get; } = new();

        public ManualResetEventSlim Release { get; } = new();

        public override void Write(byte[] buffer, int offset, int count)
        {
            Entered.Set();
            Release.Wait();
            base.Write(buffer, offset, count);
        }

        protected override void Dispose(bool disposing)
        {
            Entered.Dispose();
            Release.Dispose();
            base.Dispose(disposing);
        }
    }
}
