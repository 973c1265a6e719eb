using NotionGateway.Bodies;
using NotionGateway.Forwarding.Sharing;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Forwarding.Sharing;

public sealed class ResponseCopyTests
{
    private readonly MemoryStream _caller = new();
    private readonly BodyBudget _budget = new(new LimitsOptions { MaxBufferedBytes = 100, MaxConnections = 1 }, () => []);
    private int _tooLong;

    [Fact]
    public async Task It_keeps_what_is_written_and_passes_nothing_on()
    {
        await using var copy = Copy();
        await copy.WriteAsync("ab"u8.ToArray());
        await copy.WriteAsync("c"u8.ToArray());
        await copy.FlushAsync();
        var (bytes, giveBack) = copy.Take();
        Assert.Equal("abc"u8, bytes.Span);
        Assert.Equal(0, _caller.Length);
        Assert.Equal(3, _budget.Taken);
        giveBack();
        Assert.Equal(0, _budget.Taken);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(11L)]
    public async Task What_is_too_long_goes_on_as_it_comes(long? announced)
    {
        await using var copy = Copy(announced);
        await copy.WriteAsync("01234"u8.ToArray());
        Assert.Equal(announced is not null, copy.Passes);
        await copy.WriteAsync("567890"u8.ToArray());
        Assert.True(copy.Passes);
        await copy.WriteAsync("1"u8.ToArray());
        Assert.Equal("012345678901"u8, _caller.ToArray());
        Assert.Equal((1, 0L), (_tooLong, _budget.Taken));
    }

    [Fact]
    public async Task Without_free_memory_it_goes_on_as_it_comes()
    {
        Assert.True(_budget.TryTake(95, "crm", 1));
        await using var copy = Copy(announced: 6);
        await copy.WriteAsync("012345"u8.ToArray());
        Assert.True(copy.Passes);
        Assert.Equal("012345"u8, _caller.ToArray());
        Assert.Equal(95, _budget.Taken);
    }

    [Fact]
    public async Task What_is_announced_wrongly_is_kept_as_it_comes()
    {
        await using var copy = Copy(announced: 2);
        await copy.WriteAsync("0123"u8.ToArray());
        Assert.Equal("0123"u8, copy.Take().Bytes.Span);
    }

    [Fact]
    public async Task Its_memory_goes_with_it()
    {
        await using (var copy = Copy())
        {
            await copy.WriteAsync("0123"u8.ToArray());
            Assert.NotEqual(0, _budget.Taken);
        }

        Assert.Equal(0, _budget.Taken);
    }

    private ResponseCopy Copy(long? announced = null) => new(_caller, () => announced, most: 10, _budget, () => _tooLong++);
}
