using NotionGateway.FlowControl;
using NotionGateway.Forwarding;
using NotionGateway.UnitTests.FlowControl;

namespace NotionGateway.UnitTests.Forwarding;

public sealed class RequestBodyTests
{
    private readonly BodyBudget _budget = new(new LimitsOptions { MaxBufferedBytes = 1_000_000, MaxConnections = 1 }, new QueueRelief(Lanes.TableOf()));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(4097)]
    [InlineData(100_000)]
    public async Task A_body_is_kept_whole_and_can_be_opened_again(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        foreach (var announced in new long?[] { length, null })
        {
            using var body = new RequestBody(_budget, "crm", 1);
            Assert.Equal(BodyReading.Complete, await body.FillAsync(new MemoryStream(bytes), announced, 100_000, CancellationToken.None));
            Assert.Equal(bytes, await ReadAllAsync(body));
            Assert.Equal(bytes, await ReadAllAsync(body));
        }

        Assert.Equal(0, _budget.Taken);
    }

    [Theory]
    [InlineData(101L)]
    [InlineData(null)]
    public async Task A_body_over_the_bound_is_not_kept(long? announced)
    {
        using var body = new RequestBody(_budget, "crm", 1);
        Assert.Equal(BodyReading.TooLarge, await body.FillAsync(new MemoryStream(new byte[101]), announced, 100, CancellationToken.None));
    }

    [Fact]
    public async Task All_bodies_together_stay_under_the_budget()
    {
        var bodies = Enumerable.Range(0, 20).Select(_ => new RequestBody(_budget, "crm", 1)).ToList();
        var readings = new List<BodyReading>();
        foreach (var body in bodies)
        {
            readings.Add(await body.FillAsync(new MemoryStream(new byte[100_000]), null, 200_000, CancellationToken.None));
        }

        Assert.Contains(BodyReading.Complete, readings);
        Assert.Contains(BodyReading.NoMemory, readings);
        Assert.True(_budget.Taken <= 1_000_000);
        bodies.ForEach(body => body.Dispose());
        Assert.Equal(0, _budget.Taken);
    }

    private static async Task<byte[]> ReadAllAsync(RequestBody body)
    {
        using var copy = new MemoryStream();
        await body.WriteToAsync(copy, CancellationToken.None);
        return copy.ToArray();
    }
}
