using NotionGateway.TestKit;
using static NotionGateway.IntegrationTests.Attacks.AttackCase;

namespace NotionGateway.IntegrationTests.Attacks;

/// <summary>A01 to A18: credentials, identity and odd methods in the head; and what upstream may try in its responses.</summary>
internal static class HeaderAttacks
{
    public static readonly AttackCase[] All =
    [
        Harmless("A01 the caller's credential beside ours", Get("")),
        Refused("A02 two Authorization lines", Get($"Authorization: Bearer {The.OtherKey}\r\n"), 400, "malformed_request"),
        Refused(
            "A02 two Authorization lines, the first wrong",
            $"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer x\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n",
            400, "malformed_request"),
        Refused("A02 an empty Authorization", "GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization:\r\nConnection: close\r\n\r\n", 401, "missing_key"),
        Refused(
            "A02 a list in one line",
            $"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}, Bearer x\r\nConnection: close\r\n\r\n",
            401, "invalid_key"),
        Harmless("A03 the caller's other credentials", Get("X-Api-Key: k\r\nCookie: s=1\r\n"), NotSent("X-Api-Key", "Cookie")),
        Harmless(
            "A04 nominating injected headers",
            $"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nConnection: close, Authorization, Notion-Version\r\n\r\n",
            HasVersion("2022-06-28")),
        Harmless(
            "A04 nominating in lower case and two lines",
            $"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nAuthorization: Bearer {The.Key}\r\nNotion-Version: 2025-09-03\r\nConnection: close\r\n" +
            "Connection: authorization , notion-version\r\n\r\n",
            HasVersion("2025-09-03")),
        Harmless("A04 nominating any other", Get("Connection: X-Foo\r\nX-Foo: 1\r\n"), NotSent("X-Foo", "Connection")),
        Harmless(
            "A05 nominating identity",
            Get(
                "Connection: x-forwarded-for, traceparent\r\nX-Forwarded-For: 1.2.3.4\r\n" +
                "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n"),
            NotSent("X-Forwarded-For", "traceparent")),
        Harmless(
            "A06 aliases with underscores and dots",
            Get("Notion_Version: 1\r\nX_Forwarded_For: 1\r\nX.Api.Key: 1\r\nNotion.Version: 2\r\n"),
            HasVersion("2022-06-28")),
        Refused(
            "A06 an alias of the credential",
            $"GET /v1/users/me HTTP/1.1\r\nHost: g\r\nX_Authorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n",
            401, "missing_key"),
        Harmless("A07 a version of the caller's", Get("Notion-Version: 2020-01-01\r\n"), HasVersion("2020-01-01")),
        Harmless("A07 an empty version is none", Get("Notion-Version:\r\n"), HasVersion("2022-06-28")),
        Harmless("A07 an empty version is none where few are allowed", Get("Notion-Version: \r\n"), HasVersion("2022-06-28")) with
        {
            Setup = setup => setup.Setting("Gateway:Forwarding:AllowedNotionVersions:0", "2022-06-28"),
        },
        Harmless(
            "A07 an empty credential and an empty name of the client are none", Get("Notion-Gateway-Credential:\r\nUser-Agent:\r\n"),
            request => Assert.StartsWith("notion-gateway/", request.Values("User-Agent").Single())),
        Harmless(
            "A07 an empty choice of codings keeps its meaning", Get("Accept-Encoding:\r\n"), request => Assert.Equal([""], request.Values("Accept-Encoding"))),
        Refused("A07 two versions", Get("Notion-Version: 2020-01-01\r\nNotion-Version: 2022-06-28\r\n"), 400, "malformed_request"),
        Refused("A07 a version that is not allowed", Get("Notion-Version: 2020-01-01\r\n"), 400, "version_not_allowed") with
        {
            Setup = setup => setup.Setting("Gateway:Forwarding:AllowedNotionVersions:0", "2022-06-28"),
        },
        Refused("A08 TRACE", $"TRACE /v1/users HTTP/1.1\r\n{In}\r\n", 405, "method_not_allowed"),
        Refused("A09 a made-up method", $"FOO-BAR /v1/users HTTP/1.1\r\n{In}\r\n", 405, "method_not_allowed"),
        Refused("A09 a method in lower case", $"get /v1/users HTTP/1.1\r\n{In}\r\n", 405, "method_not_allowed"),
        Refused("A09 CONNECT", "CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\nConnection: close\r\n\r\n", 405, "method_not_allowed"),
        Refused("A09 OPTIONS *", $"OPTIONS * HTTP/1.1\r\n{In}\r\n", 405, "method_not_allowed"),
        Refused("A09 PUT", $"PUT /v1/users HTTP/1.1\r\n{In}Content-Length: 0\r\n\r\n", 405, "method_not_allowed"),
        Harmless(
            "A10 overriding method and target",
            Post("X-HTTP-Method-Override: DELETE\r\nX-Original-URL: /v1/oauth/token\r\nX-Rewrite-URL: /x\r\nX-Real-IP: 1.1.1.1\r\nContent-Length: 2\r\n", "{}"),
            request =>
            {
                Assert.Equal("POST /v1/search HTTP/1.1", request.Line);
                NotSent("X-HTTP-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Real-IP")(request);
            }),
        Harmless(
            "A11 baggage and topology",
            Get(
                "baggage: secret=1\r\ntracestate: a=b\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n" +
                "X-Forwarded-Host: internal\r\nForwarded: for=1.2.3.4\r\nVia: 1.1 inner\r\n"),
            request =>
                Assert.Equal(["Host", "Notion-Version", "User-Agent", "Authorization", "Content-Length"], request.Headers.Select(header => header.Name))),
        Leaks("A13 the token in a header", RawResponse.Json("{}", 200, $"X-Echo: Bearer {The.NotionToken}")),
        Leaks("A13 the token in a header that would pass", RawResponse.Json("{}", 200, $"ETag: \"{The.NotionToken}\"")),
        Leaks("A13 the token in an error's body", RawResponse.Json($$"""{"message":"bad token {{The.NotionToken}}"}""", 400)),
        Leaks("A13 the token in a good answer's body", RawResponse.Json($$"""{"echo":"{{The.NotionToken}}"}""")),
        new("A14 a redirect", Get(""), [302], Sent: 1)
        {
            Answer = _ => RawResponse.Json("", 302, "Location: http://127.0.0.1:1/steal"),
            CheckResponse = response => Assert.Null(response.Header("Location")),
        },
        new("A15 a cookie for all callers", Get(""), [200], Sent: 1)
        {
            Answer = _ => RawResponse.Json("{}", 200, "Set-Cookie: sid=1; Domain=notion.com; Path=/"),
            CheckResponse = response => Assert.Null(response.Header("Set-Cookie")),
        },
        Refused("A16 revoking by oauth", Post("Content-Length: 2\r\n", "{}", "/v1/oauth/revoke"), 400, "unknown_operation"),
        Refused("A16 a token by oauth", Post("Content-Length: 2\r\n", "{}", "/v1/oauth/token"), 400, "unknown_operation"),
        Refused("A16 introspection by oauth", Post("Content-Length: 2\r\n", "{}", "/v1/oauth/introspect"), 400, "unknown_operation"),
        Refused(
            "A17 somebody else's certificate",
            "GET /v1/users/me HTTP/1.1\r\nHost: g\r\nX-Client-Cert: abc\r\nX-Forwarded-Client-Cert: abc\r\nX-Forwarded-User: admin\r\n" +
            "Connection: close\r\n\r\n",
            401, "missing_key"),
        Harmless(
            "A17 identity headers are not passed on",
            Get("X-Client-Cert: abc\r\nX-Forwarded-User: admin\r\nVia: x\r\n"),
            NotSent("X-Client-Cert", "X-Forwarded-User", "Via")),
        Harmless("A18 a forged address", Get("X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: https\r\n"), NotSent("X-Forwarded-For", "X-Forwarded-Proto")),
    ];

    private static AttackCase Leaks(string name, RawResponse response) =>
        new(name, Get(""), [502], "upstream_leaked_token", Sent: 1) { Answer = _ => response };

    private static Action<RecordedRequest> NotSent(params string[] names) => request => Assert.All(names, name => Assert.Empty(request.Values(name)));

    private static Action<RecordedRequest> HasVersion(string version) => request =>
        Assert.Equal([("Notion-Version", version)], request.Headers.Where(header => header.Name.Contains("version", StringComparison.OrdinalIgnoreCase)));
}
