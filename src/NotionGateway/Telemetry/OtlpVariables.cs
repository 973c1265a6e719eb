using System.Globalization;
using NotionGateway.Settings;

namespace NotionGateway.Telemetry;

/// <summary>
/// Checks the values of the standard <c>OTEL_*</c> variables. The SDK ends the program at some wrong ones, and ignores others, so that an
/// operator looks for spans that never come.
/// </summary>
internal static class OtlpVariables
{
    private const string Otlp = "OTEL_EXPORTER_OTLP";
    private const string BatchSize = "MAX_EXPORT_BATCH_SIZE";
    private const string QueueSize = "MAX_QUEUE_SIZE";

    private static readonly string[] Signals = ["", "_METRICS", "_TRACES", "_LOGS"];

    private static readonly Rule Address = new(
        "an address such as http://collector:4317", value => Uri.TryCreate(value, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https");

    private static readonly Rule Milliseconds = new("a whole number of milliseconds", value => IsWhole(value, 1));

    private static readonly Rule Count = new("a whole number", value => IsWhole(value, 0));

    private static readonly Rule PositiveCount = new("a whole number greater than 0", value => IsWhole(value, 1));

    private static readonly Rule Pairs = new("name=value pairs with commas between them", value => value.Split(',').All(IsPair));

    private static readonly Rule Headers = new("name=value pairs with commas between them, as HTTP headers", value => value.Split(',').All(IsHeader));

    private static readonly Rule ExistingFile = new("the path of a file that exists", File.Exists);

    private static readonly Rule Unsupported = new(
        $"nothing here: it is not supported for one signal alone; use {Otlp}_CERTIFICATE, _CLIENT_KEY and _CLIENT_CERTIFICATE", _ => false);

    private static readonly Dictionary<string, Rule> Rules = new(StringComparer.Ordinal)
    {
        ["OTEL_SDK_DISABLED"] = new("true or false", value => bool.TryParse(value, out _)),
        ["OTEL_METRICS_EXPORTER"] = OneOf("otlp", "none"),
        ["OTEL_TRACES_EXPORTER"] = OneOf("otlp", "none"),
        ["OTEL_LOGS_EXPORTER"] = OneOf("otlp", "none"),
        ["OTEL_TRACES_SAMPLER"] = OneOf(
            "always_on", "always_off", "traceidratio", "parentbased_always_on", "parentbased_always_off", "parentbased_traceidratio"),
        ["OTEL_TRACES_SAMPLER_ARG"] = new(
            "a number from 0 to 1", value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var ratio) && ratio is >= 0 and <= 1),
        ["OTEL_METRICS_EXEMPLAR_FILTER"] = OneOf("always_on", "always_off", "trace_based"),
        ["OTEL_METRIC_EXPORT_INTERVAL"] = Milliseconds,
        ["OTEL_METRIC_EXPORT_TIMEOUT"] = Milliseconds,
        ["OTEL_RESOURCE_ATTRIBUTES"] = Pairs,
        [$"{Otlp}_CERTIFICATE"] = ExistingFile,
        [$"{Otlp}_CLIENT_KEY"] = ExistingFile,
        [$"{Otlp}_CLIENT_CERTIFICATE"] = ExistingFile,
        [$"{Otlp}_METRICS_TEMPORALITY_PREFERENCE"] = OneOf("cumulative", "delta", "lowmemory"),
        [$"{Otlp}_METRICS_DEFAULT_HISTOGRAM_AGGREGATION"] = OneOf("explicit_bucket_histogram", "base2_exponential_bucket_histogram"),
    };

    static OtlpVariables()
    {
        foreach (var signal in Signals)
        {
            Rules[$"{Otlp}{signal}_ENDPOINT"] = Address;
            Rules[$"{Otlp}{signal}_HEADERS"] = Headers;
            Rules[$"{Otlp}{signal}_TIMEOUT"] = Milliseconds;
            Rules[$"{Otlp}{signal}_PROTOCOL"] = OneOf("grpc", "http/protobuf");
            Rules[$"{Otlp}{signal}_COMPRESSION"] = OneOf("gzip", "none");
            foreach (var file in signal.Length > 0 ? new[] { "CERTIFICATE", "CLIENT_KEY", "CLIENT_CERTIFICATE" } : [])
            {
                Rules[$"{Otlp}{signal}_{file}"] = Unsupported;
            }
        }

        foreach (var batch in new[] { "OTEL_BSP", "OTEL_BLRP" })
        {
            Rules[$"{batch}_SCHEDULE_DELAY"] = Milliseconds;
            Rules[$"{batch}_EXPORT_TIMEOUT"] = Milliseconds;
            Rules[$"{batch}_{QueueSize}"] = PositiveCount;
            Rules[$"{batch}_{BatchSize}"] = PositiveCount;
        }

        foreach (var limit in new[]
        {
            "ATTRIBUTE_VALUE_LENGTH", "ATTRIBUTE_COUNT", "SPAN_ATTRIBUTE_VALUE_LENGTH", "SPAN_ATTRIBUTE_COUNT", "SPAN_EVENT_COUNT", "SPAN_LINK_COUNT",
            "EVENT_ATTRIBUTE_COUNT", "LINK_ATTRIBUTE_COUNT", "LOGRECORD_ATTRIBUTE_VALUE_LENGTH", "LOGRECORD_ATTRIBUTE_COUNT",
        })
        {
            Rules[$"OTEL_{limit}_LIMIT"] = Count;
        }
    }

    public static void Check(IProcessEnvironment environment, SettingErrors errors)
    {
        if (Given(environment, "OTEL_SDK_DISABLED") is { } disabled && disabled.Equals("true", StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        foreach (var (name, rule) in Rules.OrderBy(rule => rule.Key, StringComparer.Ordinal))
        {
            if (Given(environment, name) is { } value && !rule.Fits(value))
            {
                errors.Add(name, $"write {rule.Description}");
            }
        }

        CheckBatches(environment, errors, "OTEL_BSP");
        CheckBatches(environment, errors, "OTEL_BLRP");
    }

    /// <summary>A batch cannot be larger than the queue it is taken from.</summary>
    private static void CheckBatches(IProcessEnvironment environment, SettingErrors errors, string batch)
    {
        const int defaultBatchSize = 512;
        const int defaultQueueSize = 2048;
        if (Number($"{batch}_{BatchSize}", defaultBatchSize) > Number($"{batch}_{QueueSize}", defaultQueueSize))
        {
            errors.Add($"{batch}_{BatchSize}", $"must not be greater than {batch}_{QueueSize} ({defaultBatchSize} and {defaultQueueSize} if not set)");
        }

        int Number(string name, int otherwise) =>
            int.TryParse(Given(environment, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0 ? number : otherwise;
    }

    private static string? Given(IProcessEnvironment environment, string name) => environment.Get(name)?.Trim() is { Length: > 0 } value ? value : null;

    private static Rule OneOf(params string[] words) => new($"one of {string.Join(", ", words)}", value => words.Contains(value, StringComparer.Ordinal));

    private static bool IsWhole(string value, int least) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least;

    private static bool IsPair(string pair) =>
        pair.IndexOf('=', StringComparison.Ordinal) > 0 && pair[..pair.IndexOf('=', StringComparison.Ordinal)].Trim().Length > 0;

    private static bool IsHeader(string pair)
    {
        if (!IsPair(pair))
        {
            return false;
        }

        var parts = pair.Split('=', 2);
        var value = Uri.UnescapeDataString(parts[1]);
        return parts[0].Trim().All(character => char.IsAsciiLetterOrDigit(character) || "!#$%&'*+-.^_`|~".Contains(character, StringComparison.Ordinal))
            && !value.AsSpan().ContainsAnyExceptInRange(' ', '~');
    }

    private sealed record Rule(string Description, Func<string, bool> Fits);
}
