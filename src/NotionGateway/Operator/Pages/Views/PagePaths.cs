using System.Collections.Frozen;

namespace NotionGateway.Operator.Pages.Views;

/// <summary>The paths of the operator page. Each has one spelling; all others of the listener are the API's.</summary>
internal static class PagePaths
{
    public const string Overview = "/";
    public const string SignIn = "/sign-in";
    public const string SignOut = "/sign-out";
    public const string Callers = "/callers";
    public const string Denials = "/denials";
    public const string Requests = "/requests";
    public const string Explain = "/explain";
    public const string Grants = "/grants";
    public const string Probe = "/credentials/probe";
    public const string Configuration = "/configuration";
    public const string Style = "/page.css";
    public const string Script = "/page.js";

    /// <summary>Before the path of a page: its parts, again and again.</summary>
    public const string Live = "/live";

    private const string Grant = "/grants/";

    private static readonly FrozenSet<string> Pages = new[]
    {
        Overview, SignIn, SignOut, Callers, Denials, Requests, Explain, Grants, Probe, Configuration, Style, Script,
        LiveOf(Overview), LiveOf(Denials), LiveOf(Requests), LiveOf(Explain),
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool IsPage(string path) => Pages.Contains(path) || GrantOf(path) is not null;

    public static string LiveOf(string page) => Live + page;

    public static string Of(CredentialName grant) => Grant + grant;

    /// <summary>The grant whose page this is.</summary>
    public static CredentialName? GrantOf(string path) =>
        path.StartsWith(Grant, StringComparison.Ordinal) && CredentialName.TryParseGrant(path[Grant.Length..], out var grant) ? grant : null;
}
