namespace NotionSandbox.Limits;

/// <summary>What the limits say to a request: come in, or which limit is in the way and for how long.</summary>
internal readonly record struct Verdict(string? Reason, int? RetryAfterSeconds)
{
    public static Verdict Admitted => default;

    public bool IsAdmitted => Reason is null;
}
