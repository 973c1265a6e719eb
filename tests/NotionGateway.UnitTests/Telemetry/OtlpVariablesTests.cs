using NotionGateway.Settings;
using NotionGateway.Telemetry;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Telemetry;

public sealed class OtlpVariablesTests
{
    private readonly FakeEnvironment _environment = new();

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "localhost:4317")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "collector")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "unix:///run/otel.sock")]
    [InlineData("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json")]
    [InlineData("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", "http")]
    [InlineData("OTEL_EXPORTER_OTLP_TIMEOUT", "10s")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "-1")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "abc")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "=abc")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "api key=abc")]
    [InlineData("OTEL_EXPORTER_OTLP_HEADERS", "key=a%0Ab")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_HEADERS", "key=abc,more")]
    [InlineData("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd")]
    [InlineData("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such/file.pem")]
    [InlineData("OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE", "/etc/hostname")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "Delta")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", "exponential")]
    [InlineData("OTEL_TRACES_SAMPLER", "jaeger_remote")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "10%")]
    [InlineData("OTEL_TRACES_SAMPLER_ARG", "1.5")]
    [InlineData("OTEL_TRACES_EXPORTER", "zipkin")]
    [InlineData("OTEL_METRICS_EXPORTER", "prometheus")]
    [InlineData("OTEL_LOGS_EXPORTER", "console")]
    [InlineData("OTEL_SDK_DISABLED", "yes")]
    [InlineData("OTEL_METRICS_EXEMPLAR_FILTER", "on")]
    [InlineData("OTEL_METRIC_EXPORT_INTERVAL", "00:00:10")]
    [InlineData("OTEL_METRIC_EXPORT_TIMEOUT", "0")]
    [InlineData("OTEL_RESOURCE_ATTRIBUTES", "team")]
    [InlineData("OTEL_BSP_SCHEDULE_DELAY", "5s")]
    [InlineData("OTEL_BSP_MAX_QUEUE_SIZE", "0")]
    [InlineData("OTEL_BLRP_EXPORT_TIMEOUT", "soon")]
    [InlineData("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "many")]
    public void A_value_that_the_SDK_refuses_or_ignores_is_an_error_with_its_name_and_without_its_value(string name, string value)
    {
        _environment[name] = value;
        var error = Assert.Single(Errors());
        Assert.Equal(name, error.Path);
        Assert.DoesNotContain($"'{value}'", error.Message);
        Assert.StartsWith("write ", error.Message);
    }

    [Fact]
    public void A_batch_must_fit_into_its_queue()
    {
        _environment["OTEL_BSP_MAX_QUEUE_SIZE"] = "100";
        Assert.Equal("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", Assert.Single(Errors()).Path);
        _environment["OTEL_BSP_MAX_EXPORT_BATCH_SIZE"] = "100";
        Assert.Empty(Errors());
    }

    [Fact]
    public void What_is_right_empty_or_unknown_is_no_error()
    {
        _environment["OTEL_EXPORTER_OTLP_ENDPOINT"] = "https://collector.example:4317";
        _environment["OTEL_EXPORTER_OTLP_PROTOCOL"] = " http/protobuf ";
        _environment["OTEL_EXPORTER_OTLP_HEADERS"] = "api-key=a%20b%3Dc,x-tenant=crm";
        _environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "10000";
        _environment["OTEL_EXPORTER_OTLP_COMPRESSION"] = "";
        _environment["OTEL_TRACES_SAMPLER"] = "parentbased_traceidratio";
        _environment["OTEL_TRACES_SAMPLER_ARG"] = "0.1";
        _environment["OTEL_LOGS_EXPORTER"] = "none";
        _environment["OTEL_SDK_DISABLED"] = "False";
        _environment["OTEL_RESOURCE_ATTRIBUTES"] = "deployment.environment=prod,team=crm";
        _environment["OTEL_DOTNET_AUTO_HOME"] = "/otel";
        Assert.Empty(Errors());
    }

    [Fact]
    public void Where_the_SDK_is_off_nothing_is_checked()
    {
        (_environment["OTEL_SDK_DISABLED"], _environment["OTEL_EXPORTER_OTLP_ENDPOINT"]) = ("TRUE", "collector");
        Assert.Empty(Errors());
    }

    private IReadOnlyList<SettingError> Errors()
    {
        var errors = new SettingErrors();
        OtlpVariables.Check(_environment, errors);
        return errors.All;
    }
}
