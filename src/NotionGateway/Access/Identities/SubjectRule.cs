namespace NotionGateway.Access.Identities;

/// <summary>Which subjects are meant: one, or all that go on after a <c>:</c> or a <c>/</c>.</summary>
internal sealed record SubjectRule(string Text)
{
    private const char Rest = '*';

    /// <summary>Null if it means one subject.</summary>
    private string? Prefix => Text.EndsWith(Rest) ? Text[..^1] : null;

    /// <summary>The star may stand only at the very end, behind a separator: <c>publisher*</c> would match <c>publisher-of-somebody-else</c>.</summary>
    public static bool IsValid(string text) =>
        text.Length is > 0 and <= TokenFront.LongestSubject
        && text.All(character => character is > ' ' and < '\x7F')
        && text.IndexOf(Rest) is var star
        && (star < 0 || (star == text.Length - 1 && star > 0 && text[star - 1] is ':' or '/'));

    public bool Matches(string subject) => Prefix is { } prefix
        ? subject.Length > prefix.Length && subject.StartsWith(prefix, StringComparison.Ordinal)
        : subject == Text;

    /// <summary>Whether everything that the other one means is meant by this one's star.</summary>
    public bool Covers(SubjectRule other) =>
        Prefix is { } prefix && (other.Prefix ?? other.Text) is var text
        && text.StartsWith(prefix, StringComparison.Ordinal) && text.Length > prefix.Length;

    public override string ToString() => Text;
}
