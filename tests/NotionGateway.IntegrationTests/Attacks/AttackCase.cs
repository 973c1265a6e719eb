using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Attacks;

/// <summary>One attack: what is sent, what must come back, and how often Notion may be asked.</summary>
internal sealed record AttackCase(string Name, string Request, int[] Statuses, string? Reason = null, int Sent = 0)
{
    /// <summary>Headers of a caller that is let in and that closes the connection after one response.</summary>
    public const string In = $"Host: g\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n";

    public Action<GatewaySetup>? Setup { get; init; }

    public Func<RecordedRequest, RawResponse>? Answer { get; init; }

    public Action<RawResult>? CheckResponse { get; init; }

    public Action<RecordedRequest>? CheckSent { get; init; }

    /// <summary>A request that is refused before anything is sent.</summary>
    public static AttackCase Refused(string name, string request, int status, string? reason) => new(name, request, [status], reason);

    /// <summary>A request that is forwarded without what is wrong about it.</summary>
    public static AttackCase Harmless(string name, string request, Action<RecordedRequest>? check = null) =>
        new(name, request, [200], Sent: 1) { CheckSent = check };

    /// <summary>A GET with further header lines.</summary>
    public static string Get(string headers, string target = "/v1/users/me") => $"GET {target} HTTP/1.1\r\n{In}{headers}\r\n";

    /// <summary>A POST of JSON, framed by the header lines given.</summary>
    public static string Post(string headers, string body, string target = "/v1/search") =>
        $"POST {target} HTTP/1.1\r\n{In}Content-Type: application/json\r\n{headers}\r\n{body}";

    public override string ToString() => Name;
}
