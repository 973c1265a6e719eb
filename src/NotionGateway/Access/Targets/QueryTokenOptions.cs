using NotionGateway.Settings;

namespace NotionGateway.Access.Targets;

/// <summary>What to do with a credential in the query string, where proxies and logs would keep it.</summary>
internal enum QueryTokenAction
{
    /// <summary>Remove it and continue; the request must authenticate by its header.</summary>
    Strip,

    /// <summary>Deny the request, so that the caller's developers notice.</summary>
    Reject,
}

/// <summary>Section <c>Gateway:Access:QueryTokens</c>.</summary>
internal sealed record QueryTokenOptions
{
    /// <summary>The default of <see cref="Names"/>.</summary>
    public static readonly IReadOnlyList<string> DefaultNames = ["token", "access_token", "auth_token", "api_key"];

    /// <summary>Names of query parameters that are credentials, in any case and any encoding.</summary>
    public required IReadOnlyList<string> Names { get; init; }

    /// <summary>Strip (default) or Reject.</summary>
    public required QueryTokenAction Action { get; init; }

    public static QueryTokenOptions Read(SettingsSection section)
    {
        var options = new QueryTokenOptions
        {
            Names = section.List("Names", shown: string.Join(", ", DefaultNames)) ?? DefaultNames,
            Action = section.Choice("Action", QueryTokenAction.Strip),
        };
        if (options.Names.Any(name => name.Any(character => !char.IsAsciiLetterOrDigit(character) && character is not ('_' or '-' or '.'))))
        {
            section.Error(
                "Names",
                "contains a name with characters other than letters, digits, '_', '-' and '.': write names unencoded; encoded forms are matched automatically");
        }

        section.RejectUnknown();
        return options;
    }
}
