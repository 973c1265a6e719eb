using System.Globalization;

namespace NotionGateway.Operator.Sessions;

/// <summary>
/// The cookie of a session: its name and whether it is sent over https only. Without https, on loopback, no browser would keep such a cookie.
/// Cookies do not tell ports apart, so the name does: two forwarded ports are two gateways.
/// </summary>
internal sealed record SessionCookie(string Name, bool Secure)
{
    private const string BareName = "notion-gateway-operator";

    public static SessionCookie For(bool isHttps, int? port) => isHttps
        ? new SessionCookie($"__Host-{BareName}{Suffix(port)}", Secure: true)
        : new SessionCookie($"{BareName}{Suffix(port)}", Secure: false);

    private static string Suffix(int? port) => port is { } number ? $"-{number.ToString(CultureInfo.InvariantCulture)}" : "";
}
