using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Settings;

/// <summary>How many connections memory and descriptors allow.</summary>
public sealed class LimitsOptionsTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData(null, 192 * MiB, null, 768, false)]
    [InlineData(null, 64 * 1024 * MiB, null, 10_000, false)]
    [InlineData(null, 192 * MiB, 1_048_576L, 768, false)]
    [InlineData(null, 64 * 1024 * MiB, 1024L, 512, true)]
    [InlineData(null, 64 * 1024 * MiB, 4096L, 3276, true)]
    [InlineData(null, 64 * 1024 * MiB, 256L, 64, true)]
    [InlineData(400L, 192 * MiB, 1024L, 400, false)]
    [InlineData(5000L, 192 * MiB, 1024L, 512, true)]
    [InlineData(5000L, 192 * MiB, 20_000L, 5000, false)]
    [InlineData(null, 1L, 3L, 1, false)]
    public void The_least_of_memory_descriptors_and_ten_thousand_is_allowed(
        long? configured, long memory, long? descriptors, long connections, bool fewDescriptors) =>
        Assert.Equal((connections, fewDescriptors), LimitsOptions.Allowed(configured, memory, descriptors));
}
