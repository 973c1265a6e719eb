using NotionGateway.FlowControl.Budget;

namespace NotionGateway.UnitTests.FlowControl.Budget.Shared.Store;

/// <summary>Section <c>Gateway:Shared:Redis</c>: absent it shares nothing, and what is wrong in it is told all at once.</summary>
public sealed class SharedBudgetOptionsTests
{
    private const string Redis = "Gateway:Shared:Redis";

    [Fact]
    public void Without_the_section_replicas_split_the_limit()
    {
        var (settings, errors, _) = Configured.Read(("Gateway:FlowControl:Replicas", "3"));
        Assert.Empty(errors);
        Assert.Null(settings.Shared);
        Assert.Equal(60, settings.FlowControl.LimitOf(PlanOptions.Standard).WindowLimit);
    }

    [Fact]
    public void With_it_each_has_the_whole_limit_and_the_number_is_for_an_outage()
    {
        var (settings, errors, _) = Configured.Read(("Gateway:FlowControl:Replicas", "3"), ($"{Redis}:Endpoints:0", "redis:6379"));
        Assert.Empty(errors);
        Assert.Equal(180, settings.FlowControl.LimitOf(PlanOptions.Standard).WindowLimit);
        Assert.Equal(3, settings.Shared?.Replicas);
        Assert.True(settings.Shared?.Tls);
        Assert.Equal(TimeSpan.FromSeconds(123), settings.Shared?.Keep);
    }

    [Fact]
    public void Everything_that_is_wrong_is_told_at_once()
    {
        var (_, errors, _) = Configured.Read(
            ($"{Redis}:Endpoints:0", "redis"),
            ($"{Redis}:User", "gateway"),
            ($"{Redis}:Tls", "false"),
            ($"{Redis}:CaFile", "/nowhere/ca.pem"),
            ($"{Redis}:ClientKeyFile", "/nowhere/key.pem"),
            ($"{Redis}:KeyPrefix", "a b"),
            ($"{Redis}:Timeout", "00:01:00"),
            ($"{Redis}:Sentinel", "typo"));
        Assert.Equal(
            [
                $"{Redis}:CaFile", $"{Redis}:ClientCertificateFile", $"{Redis}:ClientKeyFile", $"{Redis}:Endpoints", $"{Redis}:KeyPrefix", $"{Redis}:Password",
                $"{Redis}:Sentinel", $"{Redis}:Timeout", $"{Redis}:Tls",
            ],
            errors.Select(error => error.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_file_of_authorities_without_a_certificate_is_refused_at_the_start()
    {
        var file = Path.GetTempFileName();
        var (_, errors, _) = Configured.Read(($"{Redis}:Endpoints:0", "redis:6379"), ($"{Redis}:CaFile", file));
        File.Delete(file);
        Assert.Equal($"{Redis}:CaFile: contains no certificate: write PEM, with BEGIN CERTIFICATE lines", $"{errors.Single().Path}: {errors.Single().Message}");
    }

    [Theory]
    [InlineData("redis:6379")]
    [InlineData("10.0.0.1:6379")]
    [InlineData("[::1]:6379")]
    public void An_endpoint_is_a_host_and_a_port(string endpoint) => Assert.Empty(Configured.Read(($"{Redis}:Endpoints:0", endpoint)).Errors);

    [Theory]
    [InlineData("redis")]
    [InlineData(":6379")]
    [InlineData("redis:0")]
    [InlineData("redis:70000")]
    [InlineData("redis://redis:6379")]
    [InlineData("redis:6379,password=abc")]
    public void Anything_else_is_an_error_that_does_not_repeat_it(string endpoint)
    {
        var error = Assert.Single(Configured.Read(($"{Redis}:Endpoints:0", endpoint)).Errors);
        Assert.Equal($"{Redis}:Endpoints", error.Path);
        Assert.DoesNotContain("abc", error.ToString(), StringComparison.Ordinal);
    }
}
