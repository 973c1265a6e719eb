using System.Text;

namespace NotionGateway.Access.Identities;

/// <summary>Why a token proves nobody. The caller sees none of it but what the reason shows.</summary>
/// <param name="Reason">For telemetry.</param>
/// <param name="Problem">For the operator's log: texts of the token only after its signature held, and bounded.</param>
internal sealed record TokenDenial(RefusalReason Reason, string Problem)
{
    private const int Longest = 200;

    public static TokenDenial Malformed(string problem) => new(RefusalReason.TokenMalformed, problem);

    /// <summary>A text of a token as it may be logged, in quotes.</summary>
    public static string Quote(string text) => $"'{Escape(text)}'";

    /// <summary>A text of a token as it may be logged: bounded, and without anything that could break a line or hide in it.</summary>
    public static string Escape(string text)
    {
        var quoted = new StringBuilder();
        foreach (var character in text.AsSpan(0, Math.Min(text.Length, Longest)))
        {
            _ = character is >= ' ' and < '\x7F' and not ('\'' or '\\') ? quoted.Append(character) : quoted.Append($"\\u{(int)character:x4}");
        }

        return quoted.Append(text.Length > Longest ? "…" : "").ToString();
    }
}
