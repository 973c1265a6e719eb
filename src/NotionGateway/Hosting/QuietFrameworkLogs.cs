using Microsoft.Extensions.Options;

namespace NotionGateway.Hosting;

/// <summary>
/// Some of the framework's categories write request addresses as they come in, with whatever callers put there. No
/// setting may turn those on: every logging rule, wherever it came from, gets this condition added.
/// </summary>
internal sealed class QuietFrameworkLogs : IPostConfigureOptions<LoggerFilterOptions>
{
    // As long as anything of it may be written, it makes an activity and a scope for each request, from headers that anybody can send.
    private const string Requests = "Microsoft.AspNetCore.Hosting.Diagnostics";

    private static readonly string[] Talkative = ["Microsoft.AspNetCore.", "System.Net.Http", "Microsoft.Extensions.Http", "Azure."];

    // What it would log about a failure is, redacted, in a line of our own.
    private const string Forwarder = "Yarp.";

    // What prevents the start is printed on standard error.
    private const string Host = "Microsoft.Extensions.Hosting.Internal.Host";

    public void PostConfigure(string? name, LoggerFilterOptions options)
    {
        var rules = options.Rules.Select(Quieten).ToList();
        options.Rules.Clear();
        foreach (var rule in rules)
        {
            options.Rules.Add(rule);
        }

        if (!rules.Exists(rule => rule is { ProviderName: null, CategoryName: null }))
        {
            options.Rules.Add(Quieten(new LoggerFilterRule(null, null, options.MinLevel, null)));
        }
    }

    private static LoggerFilterRule Quieten(LoggerFilterRule rule) => new(
        rule.ProviderName,
        rule.CategoryName,
        rule.LogLevel,
        (provider, category, level) => MayWrite(category, level) && (rule.Filter?.Invoke(provider, category, level) ?? true));

    private static bool MayWrite(string? category, LogLevel level) =>
        category is null || level >= LeastOf(category);

    private static LogLevel LeastOf(string category) =>
        category == Requests || category.StartsWith(Forwarder, StringComparison.Ordinal) ? LogLevel.None
        : category == Host ? LogLevel.Critical
        : Array.Exists(Talkative, prefix => category.StartsWith(prefix, StringComparison.Ordinal)) ? LogLevel.Warning
        : LogLevel.Trace;
}
