using System.Text.RegularExpressions;

namespace NotionGateway.Settings;

/// <summary>The one rule for names of callers, credentials and operations: they become metric labels, file names and headers.</summary>
internal static partial class GatewayName
{
    /// <summary>The rule in words, for messages.</summary>
    public const string Rule = "1 to 63 of a-z, 0-9, '.', '_' and '-', beginning with a letter or digit";

    public static bool IsValid(string? name) => name is not null && Pattern().IsMatch(name);

    /// <summary>The rule for names that are settings only, such as plans.</summary>
    public static bool IsValidInAnyCase(string? name) => IsValid(name?.ToLowerInvariant());

    [GeneratedRegex(@"\A[a-z0-9][a-z0-9._-]{0,62}\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
