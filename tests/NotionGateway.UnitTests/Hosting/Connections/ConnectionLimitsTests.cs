using NotionGateway.Hosting.Connections;

namespace NotionGateway.UnitTests.Hosting.Connections;

/// <summary>For whom the places of connections are kept, and how many descriptors there are.</summary>
public sealed class ConnectionLimitsTests
{
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
    [InlineData(
        "Limit                     Soft Limit           Hard Limit           Units     \n" +
        "Max open files            1024                 524288               files     \n",
        524288L)]
    [InlineData("Max open files            1024                 unlimited            files", null)]
    [InlineData("Max processes             96311                96311                processes", null)]
    [InlineData("", null)]
    public void The_hard_limit_of_open_files_is_read(string limits, long? most) => Assert.Equal(most, DescriptorLimit.Parse(limits));
}
