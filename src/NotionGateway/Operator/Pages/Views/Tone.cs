namespace NotionGateway.Operator.Pages.Views;

/// <summary>How something is marked: each has a shape, a colour and always a word beside it.</summary>
internal static class Tone
{
    public const string Good = "good";
    public const string Warn = "warn";
    public const string Bad = "bad";
    public const string Quiet = "quiet";
}
