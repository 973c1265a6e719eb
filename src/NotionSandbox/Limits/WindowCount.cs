namespace NotionSandbox.Limits;

/// <summary>What one window saw.</summary>
/// <param name="Start">When the window began.</param>
/// <param name="Arrived">Requests that came, whatever the response.</param>
/// <param name="Admitted">Requests that were let through.</param>
/// <param name="Refused">Requests that were answered 429.</param>
internal sealed record WindowCount(DateTimeOffset Start, int Arrived, int Admitted, int Refused);
