namespace NotionGateway.Credentials;

/// <summary>Cleans what a source holds: editors, <c>echo</c> and mounts add a newline or a byte order mark to a token.</summary>
internal static class SecretText
{
    private const int Longest = 1024;

    /// <summary>The token, or what is wrong with the text, in words that do not repeat it.</summary>
    public static string? TryClean(string raw, out string token)
    {
        token = "";
        var text = raw.AsSpan().TrimStart('\uFEFF');
        if (text.EndsWith('\n'))
        {
            text = text[..^1];
            text = text.EndsWith('\r') ? text[..^1] : text;
        }

        if (text.IsEmpty)
        {
            return "it is empty";
        }

        if (text.Length > Longest)
        {
            return $"it has more than {Longest} characters";
        }

        if (text.ContainsAnyExceptInRange('!', '~'))
        {
            return "it holds white space, a control character or a character that is not ASCII";
        }

        token = text.ToString();
        return null;
    }
}
