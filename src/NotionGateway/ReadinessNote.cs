namespace NotionGateway;

/// <summary>What operators should see on the readiness page although the gateway stays ready; null if there is nothing.</summary>
internal delegate string? ReadinessNote();
