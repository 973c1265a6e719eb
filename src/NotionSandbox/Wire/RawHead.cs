using System.Text;

namespace NotionSandbox.Wire;

/// <summary>Reads the header lines of a request's head out of its bytes, without tidying anything.</summary>
internal static class RawHead
{
    public static IReadOnlyList<KeyValuePair<string, string>> Headers(byte[] head)
    {
        var lines = Encoding.Latin1.GetString(head).TrimStart('\r', '\n').Split('\n');
        var headers = new List<KeyValuePair<string, string>>(lines.Length);
        foreach (var line in lines.Skip(1).Select(line => line.TrimEnd('\r')))
        {
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
            }
        }

        return headers;
    }
}
