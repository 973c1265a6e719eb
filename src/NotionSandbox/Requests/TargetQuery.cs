namespace NotionSandbox.Requests;

/// <summary>The query of a request: names may repeat, and their order is kept.</summary>
internal sealed class TargetQuery(IReadOnlyList<KeyValuePair<string, string>> pairs)
{
    public static TargetQuery Empty { get; } = new([]);

    public string? this[string name] => pairs.FirstOrDefault(pair => pair.Key == name).Value;

    public static TargetQuery Parse(string text) => new([.. text.Split('&', StringSplitOptions.RemoveEmptyEntries).Select(Pair)]);

    public IReadOnlyList<string> All(string name) =>
        [.. pairs.Where(pair => pair.Key == name || pair.Key == name + "[]").Select(pair => pair.Value)];

    private static KeyValuePair<string, string> Pair(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        return equals < 0 ? new(Decode(text), "") : new(Decode(text[..equals]), Decode(text[(equals + 1)..]));
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
