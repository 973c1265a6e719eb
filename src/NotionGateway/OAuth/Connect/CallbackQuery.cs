namespace NotionGateway.OAuth.Connect;

/// <summary>What Notion sends a person back with. It comes from the address bar, so anybody may have written it.</summary>
/// <param name="State">Given once; null otherwise.</param>
/// <param name="Code">Given once and without an error beside it; null otherwise.</param>
/// <param name="Error">Given once and without a code beside it; null otherwise.</param>
internal sealed record CallbackQuery(string? State, string? Code, string? Error)
{
    private const int LongestCode = 2048;

    public static CallbackQuery Of(IReadOnlyList<string?> states, IReadOnlyList<string?> codes, IReadOnlyList<string?> errors)
    {
        var state = states is [{ } only] ? only : null;
        return (codes, errors) switch
        {
            ([{ } code], []) when IsCode(code) => new CallbackQuery(state, code, null),
            ([], [{ } error]) => new CallbackQuery(state, null, error),
            _ => new CallbackQuery(state, null, null),
        };
    }

    // A record would print its members.
    public override string ToString() => "[redacted]";

    private static bool IsCode(string text) => text is { Length: > 0 and <= LongestCode } && !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
