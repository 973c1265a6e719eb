using System.Buffers;
using NotionGateway.Settings;

namespace NotionGateway.Operator;

/// <summary>The paths of the operator listener. Each has one spelling.</summary>
internal static class OperatorPaths
{
    public const string Links = "/operator/v1/connect-links";
    public const string Grants = "/operator/v1/grants";
    public const string Status = "/operator/v1/status";
    public const string Webhooks = "/operator/v1/webhooks";

    public static readonly Refusal Unlisted = new(
        RefusalReason.UnknownOperation,
        "This method and path do not exist. "
        + $"The operator listener serves {Status}, {Webhooks}, {Links} and {Grants}, with the names of grants as app/name, each part {GatewayName.Rule}.");

    private static readonly SearchValues<char> Characters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789._-/");

    /// <summary>
    /// Whether a target is spelled like the routes. Routing ignores case, escapes, dot segments and a slash at the end; names need none of
    /// these, so a target with one of them is not a path of this listener.
    /// </summary>
    public static bool IsPlain(string rawTarget, string path)
    {
        var raw = rawTarget.AsSpan();
        raw = raw.IndexOf('?') is var question and >= 0 ? raw[..question] : raw;
        return !raw.ContainsAnyExcept(Characters) && !raw.EndsWith('/') && raw.SequenceEqual(path);
    }
}
