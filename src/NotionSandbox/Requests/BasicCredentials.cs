using System.Text;

namespace NotionSandbox.Requests;

/// <summary>What an <c>Authorization: Basic</c> header holds.</summary>
internal sealed record BasicCredentials(string User, string Password)
{
    private const string Scheme = "Basic ";

    /// <summary>Null when there is no such header, or when it makes no sense.</summary>
    public static BasicCredentials? Read(string? authorization)
    {
        if (authorization?.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) != true)
        {
            return null;
        }

        var encoded = authorization[Scheme.Length..].Trim();
        var bytes = new byte[encoded.Length];
        return Convert.TryFromBase64String(encoded, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).Split(':', 2) is [var user, var password]
            ? new BasicCredentials(user, password)
            : null;
    }
}
