using NotionGateway.Settings;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Settings;

public sealed class InstanceNameTests
{
    [Fact]
    public void A_pod_has_its_own_name_and_everything_else_that_of_its_machine()
    {
        Assert.Equal("gw-7c9f-abcde", InstanceName.Of(new FakeEnvironment { ["HOSTNAME"] = "gw-7c9f-abcde\n" }).Value);
        Assert.Equal(System.Environment.MachineName, InstanceName.Of(new FakeEnvironment()).Value);
    }
}
