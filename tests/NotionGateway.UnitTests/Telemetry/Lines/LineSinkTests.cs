using System.Text;
using NotionGateway.Telemetry.Lines;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Telemetry.Lines;

public sealed class LineSinkTests
{
    private readonly DroppedLines _dropped = new();

    [Fact]
    public void Lines_come_out_whole_and_in_order()
    {
        var written = new MemoryStream();
        using (var sink = new LineSink(written, _dropped))
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
        using var sink = new LineSink(stuck, _dropped);
        var line = new byte[1024];
        sink.Write(line);
        Assert.True(stuck.Entered.Wait(SafetyNet.Timeout, TestContext.Current.CancellationToken));

        for (var count = 0; count < 10_000; count++)
        {
            sink.Write(line);
        }

        stuck.Release.Set();
        sink.Dispose();
        Assert.Contains("dropped log lines", Encoding.ASCII.GetString(stuck.ToArray()));
        Assert.True(stuck.Length < 6 * 1024 * 1024);
        Assert.InRange(_dropped.Count, 1, 10_000);
    }

    [Fact]
    public void An_output_that_fails_loses_what_it_was_given_and_no_more()
    {
        using var disk = new FullDisk();
        using (var sink = new LineSink(disk, _dropped))
        {
            sink.Write("lost\n"u8);
            Assert.True(disk.Failed.Wait(SafetyNet.Timeout, TestContext.Current.CancellationToken));
            disk.HasRoom = true;
            Assert.True(SpinWait.SpinUntil(() => _dropped.Count == 1, SafetyNet.Timeout));
            sink.Write("kept\n"u8);
        }

        // The line that was cut is completed, and the loss is reported where it happened.
        Assert.Equal("lo\nkept\n(dropped log lines, which the output did not accept: 1)\n", Encoding.ASCII.GetString(disk.ToArray()));
        Assert.Equal(1, _dropped.Count);
    }

    /// <summary>Takes two more bytes, and then nothing until there is room.</summary>
    private sealed class FullDisk : MemoryStream
    {
        public volatile bool HasRoom;

        public ManualResetEventSlim Failed { get; } = new();

        public override void Write(byte[] buffer, int offset, int count)
        {
            if (HasRoom)
            {
                base.Write(buffer, offset, count);
                return;
            }

            base.Write(buffer, offset, 2);
            Failed.Set();
            throw new IOException("No space left on device");
        }

        public override void Write(ReadOnlySpan<byte> buffer) => Write(buffer.ToArray(), 0, buffer.Length);

        protected override void Dispose(bool disposing)
        {
            Failed.Dispose();
            base.Dispose(disposing);
        }
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
