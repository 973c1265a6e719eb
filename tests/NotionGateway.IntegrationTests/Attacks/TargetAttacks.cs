using NotionGateway.TestKit;
using static NotionGateway.IntegrationTests.Attacks.AttackCase;

namespace NotionGateway.IntegrationTests.Attacks;

/// <summary>A19 to A37: credentials in the query and paths that mean two things. (A38, equality for any target, is a property test of the guard.)</summary>
internal static class TargetAttacks
{
    private const string Secret = "QueryCanary0123456789";
    private const string Admin = "adm_01234567890TheCanaryOfTheAdminApiNeverSeen";

    public static readonly AttackCase[] All =
    [
        Stripped("A19 a token in the query", $"/v1/users?token={Secret}", "/v1/users"),
        Stripped("A19 repeated, in both cases", $"/v1/users?token={Secret}&TOKEN={Secret}2", "/v1/users"),
        Refused("A19 it authenticates nobody", $"GET /v1/users?token={The.Key} HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n", 401, "missing_key"),
        Stripped("A20 an encoded name", $"/v1/users?%74oken={Secret}", "/v1/users"),
        Stripped("A20 a name encoded in part", $"/v1/users?a=1&tok%65n={Secret}", "/v1/users?a=1"),
        Stripped("A21 a control byte in the name", $"/v1/users?token%00={Secret}&tok%0Aen={Secret}", "/v1/users"),
        Stripped("A21 a token of the admin API", $"/v1/users?x={Admin}&y=1", "/v1/users?y=1"),
        Malformed("A21 a token in the path", $"/v1/users/{The.OtherToken}"),
        Malformed("A21 a token in the id of a property", $"/v1/pages/abc/properties/a%2F{The.OtherToken}"),
        Stripped("A21 an array", $"/v1/users?token[]={Secret}", "/v1/users"),
        Stripped("A21 behind a semicolon", $"/v1/users?a=1;token={Secret}", "/v1/users?a=1"),
        Stripped("A21 its other names", $"/v1/users?access_token={Secret}&api_key={Secret}", "/v1/users"),
        Stripped("A21 a Notion token under any name", $"/v1/users?x={The.OtherToken}&y=1", "/v1/users?y=1"),
        Refused("A21 rejected where the settings say so", Get("", $"/v1/users?token={Secret}"), 400, "query_token_rejected") with
        {
            Setup = setup => Guard(setup).Setting("Gateway:Access:QueryTokens:Action", "Reject"),
        },
        Malformed("A22 hidden in the path by an encoded question mark", $"/v1/users%3ftoken={Secret}"),
        Malformed("A22 hidden in a fragment", $"/v1/users#token={Secret}"),
        Stripped("A23 every other byte stays", $"/v1/users?x=a+b%20c%2Fd&x=2&&e=%C3%A9&q=[1]&token={Secret}", "/v1/users?x=a+b%20c%2Fd&x=2&&e=%C3%A9&q=[1]"),
        Malformed("A25 dot segments", "/v1/pages/../users"),
        Malformed("A25 encoded dot segments", "/v1/%2e%2e/users"),
        Malformed("A25 one dot", "/v1/%2e/users"),
        Malformed("A26 double encoding", "/v1/pages/%252e%252e/users"),
        Malformed("A27 an encoded slash", "/v1/%2fusers"),
        Malformed("A27 an encoded slash after dots", "/v1/pages/..%2fusers"),
        Malformed("A28 an encoded backslash", "/v1/pages/..%5cusers"),
        Malformed("A28 a backslash", "/v1/pages/..\\users"),
        Malformed("A27 an encoded way up in the id of a property", "/v1/pages/abc/properties/%2F..%2F..%2Fusers"),
        Malformed("A26 doubly encoded there", "/v1/pages/abc/properties/%252e%252e"),
        Malformed("A28 backslashes there", "/v1/pages/abc/properties/x%5C..%5Cy"),
        Malformed("A30 matrix parameters there", "/v1/pages/abc/properties/..%3Bx"),
        Malformed("A33 overlong UTF-8 there", "/v1/pages/abc/properties/%c0%ae%c0%ae"),
        Sent("A27 an encoded slash that is part of the id of a property", "/v1/pages/abc/properties/%2F7eo"),
        Malformed("A29 a double slash", "/v1//users"),
        new("A29 one slash too many in front is forgiven", Get("", "//v1/users"), [200], Sent: 1)
        {
            CheckSent = request => Assert.Equal("/v1/users", request.Target),
        },
        Malformed("A30 matrix parameters", "/v1/users;token=x"),
        Refused("A32 another case", Get("", "/V1/users"), 400, "unknown_operation"),
        Refused("A32 another case of a segment", Get("", "/v1/Users"), 400, "unknown_operation"),
        Malformed("A33 overlong UTF-8", "/v1/pages/%c0%ae"),
        Malformed("A33 not hex", "/v1/pages/%zz"),
        Malformed("A33 broken UTF-8", "/v1/users?a=%F0%28"),
        Malformed("A34 a line break", "/v1/pages/a%0d%0ab"),
        Sent("A34 encoded bytes in a value are data", "/v1/users?a=%1b[31m&b=%0d%0aX-A:%20b&c=%00%E2%80%A8"),
        new("A34 a raw control byte", Get("", "/v1/users\u0001"), [400]),
        new("A34 a null byte", Get("", "/v1/users%00"), [400]),
        Malformed("A35 to the probes by dots", "/v1/../livez"),
        Refused("A35 the probes themselves", Get("", "/livez"), 400, "unknown_operation"),
        Refused("A35 the metrics", Get("", "/metrics"), 400, "unknown_operation"),
        Refused(
            "A36 a probe's words",
            "GET /v1/users?x=/livez HTTP/1.1\r\nHost: g\r\nUser-Agent: kube-probe/1.3\r\nX-Forwarded-Uri: /livez\r\nConnection: close\r\n\r\n",
            401, "missing_key"),
        new("A37 absolute form, another host", Get("", "http://evil/v1/users"), [400]),
        Malformed("A37 absolute form, our host", "http://g/v1/users"),
        new("A37 userinfo", Get("", "@evil/v1/users"), [400]),
        new("A37 a word", Get("", "evil"), [400, 405]),
    ];

    private static AttackCase Malformed(string name, string target) =>
        Refused(name, Get("", target), 400, "malformed_target") with { Setup = setup => Guard(setup) };

    private static AttackCase Sent(string name, string target) => Harmless(name, Get("", target), request => Assert.Equal(target, request.Target));

    private static AttackCase Stripped(string name, string target, string sent) =>
        Harmless(name, Get("", target), request => Assert.Equal(sent, request.Target)) with { Setup = setup => Guard(setup) };

    /// <summary>A24: what was in the query appears in no log at any level.</summary>
    private static GatewaySetup Guard(GatewaySetup setup)
    {
        setup.Canaries.Guard(Secret, "the token in the query");
        setup.Canaries.Guard(Admin, "the token of the admin API in the query");
        setup.Canaries.Guard(The.OtherToken, "the Notion token in the query");
        return setup;
    }
}
