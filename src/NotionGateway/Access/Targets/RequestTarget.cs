namespace NotionGateway.Access.Targets;

/// <summary>The exact target of a request, split once into its path and its query; what was judged is what is sent.</summary>
internal readonly struct RequestTarget(string text)
{
    private readonly int _question = text.IndexOf('?', StringComparison.Ordinal);

    public ReadOnlySpan<char> Path => _question < 0 ? text : text.AsSpan(0, _question);

    /// <summary>What follows the question mark; empty without one.</summary>
    public ReadOnlySpan<char> Query => _question < 0 ? [] : text.AsSpan(_question + 1);

    public bool HasQuery => _question >= 0;

    /// <summary>The same characters, as one text.</summary>
    public override string ToString() => text;
}
