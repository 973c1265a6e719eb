namespace NotionSandbox.Requests;

/// <summary>One page of a list.</summary>
/// <param name="Items">What is on it.</param>
/// <param name="Next">The cursor that leads to the next page; null on the last one.</param>
internal sealed record Slice<T>(IReadOnlyList<T> Items, string? Next)
{
    public bool HasMore => Next is not null;
}
