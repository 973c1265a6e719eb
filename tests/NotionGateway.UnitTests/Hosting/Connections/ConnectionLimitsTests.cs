using NotionGateway.Hosting.Connections;

namespace NotionGateway.UnitTests.Hosting.Connections;

/// <summary>How many connections memory and descriptors allow, and for whom the places are.</summary>
public sealed class ConnectionLimitsTests
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
    public void The_least_of_memory_descriptors_and_ten_thousand_is_allowed(long? configured, long memory, long? descriptors, long connections, bool fewDescriptors) =>
        Assert.Equal((connections, fewDescriptors), ConnectionLimits.Allowed(configured, memory, descriptors));

    [Theory]
    [InlineData(10_000, 32, 9968, 7476)]
    [InlineData(768, 32, 736, 552)]
    [InlineData(40, 10, 30, 23)]
    [InlineData(5, 1, 4, 3)]
    [InlineData(1, 1, 2, 1)]
    public void Places_are_kept_for_management_and_for_those_who_have_yet_to_authenticate(int connections, int management, int others, int seats)
    {
        var limits = new ConnectionLimits(connections);
        Assert.Equal((management, others, seats), (limits.Management, limits.Others, limits.Seats));
    }

    [Theory]
    [InlineData("Limit                     Soft Limit           Hard Limit           Units     \nMax open files            1024                 524288               files     \n", 524288L)]
    [InlineData("Max open files            1024                 unlimited            files", null)]
    [InlineData("Max processes             96311                96311                processes", null)]
    [InlineData("", null)]
    public void The_hard_limit_of_open_files_is_read(string limits, long? most) => Assert.Equal(most, DescriptorLimit.Parse(limits));
}
