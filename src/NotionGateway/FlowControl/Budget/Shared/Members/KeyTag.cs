using System.Security.Cryptography;
using System.Text;

namespace NotionGateway.FlowControl.Budget.Shared.Members;

/// <summary>Names for the store that say nothing of what they name: neither a bot nor a workspace nor a token can be read there.</summary>
internal static class KeyTag
{
    private const int Length = 16;

    public static string OfConnection(ConnectionKey connection) => Of(connection.Text);

    public static string Of(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..Length];
}
