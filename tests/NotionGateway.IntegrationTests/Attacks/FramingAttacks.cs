using NotionGateway.TestKit;
using static NotionGateway.IntegrationTests.Attacks.AttackCase;

namespace NotionGateway.IntegrationTests.Attacks;

/// <summary>
/// A39 to A58: messages that two programs could read in two ways, from callers and from upstream. What the server itself
/// refuses before there is a request has no reason; it must only be refused.
/// </summary>
internal static class FramingAttacks
{
    private const string Inner = "GET /v1/users HTTP/1.1\r\nHost: g\r\n\r\n";

    public static readonly AttackCase[] All =
    [
        Refused("A39 length and coding", Post("Content-Length: 6\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX"), 400, "malformed_request"),
        Refused("A39 coding and length", Post("Transfer-Encoding: chunked\r\nContent-Length: 6\r\n", "0\r\n\r\nX"), 400, "malformed_request"),
        new("A40 two equal lengths", Post("Content-Length: 2\r\nContent-Length: 2\r\n", "{}"), [400]),
        new("A40 two different lengths", Post("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), [400]),
        new("A40 a list of lengths", Post("Content-Length: 2, 2\r\n", "{}"), [400]),
        new("A41 a hexadecimal length", Post("Content-Length: 0x2\r\n", "{}"), [400]),
        new("A41 a negative length", Post("Content-Length: -1\r\n", "{}"), [400]),
        new("A41 a blank before the colon", Post("Content-Length : 2\r\n", "{}"), [400]),
        Canonical("A41 a length with a sign", "+2"),
        Canonical("A41 a length with zeros in front", "002"),
        new("A42 an unknown coding", Post("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n"), [400, 501]),
        new("A42 the identity coding", Post("Transfer-Encoding: identity\r\nContent-Length: 2\r\n", "{}"), [400]),
        new("A42 chunked not last", Post("Transfer-Encoding: chunked, identity\r\n", "0\r\n\r\n"), [400]),
        OneCoding("A42 another coding before chunked", Post("Transfer-Encoding: gzip, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        OneCoding("A42 identity before chunked", Post("Transfer-Encoding: identity, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        OneCoding("A42 chunked twice in one line", Post("Transfer-Encoding: chunked, chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        OneCoding("A42 chunked twice in two lines", Post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")),
        OneCoding(
            "A42 a coding of HTTP/1.1 in HTTP/1.0",
            Post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n").Replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n", StringComparison.Ordinal)),
        OneCoding("A42 the same with a connection that is to stay", Post("Transfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n")
            .Replace(" HTTP/1.1\r\n", " HTTP/1.0\r\n", StringComparison.Ordinal)
            .Replace("Connection: close", "Connection: keep-alive", StringComparison.Ordinal)),
        Harmless(
            "A42 chunked in another case", Post("Transfer-Encoding: Chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"), request => Assert.Equal("{}", request.BodyText)),
        new("A42 a control byte before chunked", Post("Transfer-Encoding: \u000bchunked\r\n", "0\r\n\r\n"), [400]),
        Refused("A44 a bare line feed in a chunk's extension", Post("Transfer-Encoding: chunked\r\n", "2;\nxx\r\nab\r\n0\r\n\r\n"), 400, "malformed_request"),
        Refused("A44 a bare line feed after a chunk's size", Post("Transfer-Encoding: chunked\r\n", "3\nabc\r\n0\r\n\r\n"), 400, "malformed_request"),
        Refused("A45 a chunk's size with 0x", Post("Transfer-Encoding: chunked\r\n", "0x3\r\nabc\r\n0\r\n\r\n"), 400, "malformed_request"),
        Refused("A45 a chunk's size with an underscore", Post("Transfer-Encoding: chunked\r\n", "0_3\r\nabc\r\n0\r\n\r\n"), 400, "malformed_request"),
        Refused("A45 a chunk's size with a sign", Post("Transfer-Encoding: chunked\r\n", "+3\r\nabc\r\n0\r\n\r\n"), 400, "malformed_request"),
        Refused(
            "A45 a chunk's size beyond all numbers", Post("Transfer-Encoding: chunked\r\n", "11111111111111111\r\nabc\r\n0\r\n\r\n"), 400, "malformed_request"),
        Refused("A45 a chunk that does not end", Post("Transfer-Encoding: chunked\r\n", "2\r\n{}X\r\n0\r\n\r\n"), 400, "malformed_request"),
        Harmless(
            "A46 trailers",
            Post("Trailer: Authorization\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\nAuthorization: evil\r\nX-Evil: 1\r\n\r\n"),
            request =>
            {
                Assert.Empty(request.Values("Trailer"));
                Assert.Empty(request.Values("Transfer-Encoding"));
                Assert.Equal(["2"], request.Values("Content-Length"));
                Assert.Equal("{}", request.BodyText);
            }),
        Refused("A47 a request in the body of a GET", Get($"Content-Length: {Inner.Length}\r\n") + Inner, 400, "malformed_request"),
        Refused("A47 a chunked body on a GET", Get("Transfer-Encoding: chunked\r\n") + "0\r\n\r\n", 400, "malformed_request"),
        Refused("A47 a body on a DELETE", $"DELETE /v1/blocks/abc HTTP/1.1\r\n{In}Content-Length: {Inner.Length}\r\n\r\n{Inner}", 400, "malformed_request"),
        Harmless("A47 a length of nothing is no body", Get("Content-Length: 0\r\n")),
        new("A48 a bare line feed between headers", Get("X-A: a\nX-Inj: 1\r\n"), [400]),
        new("A48 bare line feeds only", Get("").Replace("\r\n", "\n", StringComparison.Ordinal), [400]),
        new("A49 a carriage return in a value", Get("X-A: a\rb\r\n"), [400]),
        new("A49 a null byte in a value", Get("X-A: a\0b\r\n"), [400]),
        new("A49 a folded line", Get("X-A: a\r\n b\r\n"), [400]),
        new("A49 an empty name", Get(": a\r\n"), [400]),
        new("A49 a blank in a name", Get("X A: a\r\n"), [400]),
        Harmless("A50 UTF-8 in a header that is dropped", Get("X-City: S\u00c3\u00a3o Paulo\r\n"), Dropped("X-City")),
        Harmless("A50 Latin-1 in a header that is dropped", Get("X-City: S\u00e3o Paulo\r\nCookie: a=\u00ff\r\n"), Dropped("X-City", "Cookie")),
        Harmless("A50 a control byte in a header that is dropped", Get("X-A: \u0001\u001b[31m\u007f\r\n"), Dropped("X-A")),
        .. Unclean("User-Agent", "caf\u00c3\u00a9", "caf\u00e9", "a\u0001b", "a\u001b[31m", "a\u007f"),
        .. Unclean("Accept", "*/*\u0001", "\u00e9"),
        .. Unclean("Accept-Encoding", "gzip\u001f"),
        .. Unclean("Notion-Version", "2022-06-28\u001b", "\u00e9"),
        .. Unclean("Notion-Beta", "a\u007f"),
        .. Unclean("Notion-Gateway-Credential", "default\u0001"),
        .. Unclean("Prefer", "wait=1\u0001"),
        Refused(
            "A50 a control byte in Content-Type",
            Post("Content-Length: 2\r\n", "{}").Replace("application/json", "application/json;a=\u0001", StringComparison.Ordinal),
            400, "malformed_request"),
        Harmless("A50 a tab is allowed", Get("User-Agent: a\tb\r\n"), request => Assert.Equal(["a\tb"], request.Values("User-Agent"))),
        new("A51 two requests in one segment", Get("").Replace("Connection: close\r\n", "", StringComparison.Ordinal) + Get("", "/v1/users"), [200], Sent: 2)
        {
            CheckResponse = response => Assert.Contains("HTTP/1.1 200", response.Text[20..]),
        },
        new(
            "A51 the second one without a key",
            Get("").Replace("Connection: close\r\n", "", StringComparison.Ordinal) + "GET /v1/users HTTP/1.1\r\nHost: g\r\nConnection: close\r\n\r\n",
            [200], Sent: 1)
        {
            CheckResponse = response => Assert.Contains("HTTP/1.1 401", response.Text),
        },
        Refused("A52 an unknown expectation", Post("Expect: x\r\nContent-Length: 2\r\n", "{}"), 400, "malformed_request"),
        new(
            "A52 no hundred before the key is known",
            "POST /v1/search HTTP/1.1\r\nHost: g\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n",
            [401], "missing_key")
        {
            CheckResponse = response => Assert.DoesNotContain("100 Continue", response.Text),
        },
        Harmless(
            "A53 a web socket",
            Get("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"),
            NoOffer),
        Harmless("A53 h2c", Get("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"), NoOffer),
        Harmless(
            "A53 h2c with a body",
            Post("Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: 2\r\n", "{}"),
            request =>
            {
                NoOffer(request);
                Assert.Equal("{}", request.BodyText);
            }),
        Harmless(
            "A53 h2c with a chunked body",
            Post("Upgrade: h2c\r\nConnection: Upgrade\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"),
            request => Assert.Equal("{}", request.BodyText)),
        Harmless("A53 an offer that Connection does not name", Get("Upgrade: websocket, h2c, TLS/1.3\r\n"), NoOffer),
        new("A53 the connection stays for the next request", Get("Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n")
            .Replace("Connection: close\r\n", "Connection: Upgrade, HTTP2-Settings\r\n", StringComparison.Ordinal) + Get("", "/v1/users"), [200], Sent: 2)
        {
            CheckResponse = response => Assert.Contains("HTTP/1.1 200", response.Text[20..]),
        },
        FromUpstream(
            "A54 a change of protocol that nobody asked for", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nraw bytes"),
        new("A56 a header of 40 KB", Get($"X-A: {new string('a', 40_000)}\r\n"), [431]),
        new("A56 a target of 9 KB", Get("", $"/v1/users?a={new string('a', 9_000)}"), [414]),
        new("A56 120 headers", Get(string.Concat(Enumerable.Range(0, 120).Select(number => $"X-{number}: a\r\n"))), [431]),
        Refused("A56 a body of 31 MB", Post("Content-Length: 32505856\r\n", ""), 413, "body_too_large"),
        Refused("A56 a body one byte too long", Post("Content-Length: 1048577\r\n", ""), 413, "body_too_large"),
        Refused(
            "A56 a chunked body that is too long",
            Post("Transfer-Encoding: chunked\r\n", $"100002\r\n{new string('a', 0x100002)}\r\n0\r\n\r\n"),
            413, "body_too_large"),
        FromUpstream("A57 two lengths from upstream", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        FromUpstream("A57 a header of 70 KB from upstream", $"HTTP/1.1 200 OK\r\nX-A: {new string('a', 70_000)}\r\nContent-Length: 2\r\n\r\n{{}}"),
        FromUpstream("A57 a status of 999", "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\n{}"),
        new("A57 a null byte in a header from upstream", Get(""), [200], Sent: 1)
        {
            // The HTTP client has replaced it with a blank before we see the value.
            Answer = _ => RawResponse.Raw("HTTP/1.1 200 OK\r\nETag: a\0b\r\nContent-Length: 2\r\n\r\n{}"),
            CheckResponse = response => Assert.DoesNotContain('\0', response.Text),
        },
        FromUpstream("A57 no HTTP at all", "SSH-2.0-OpenSSH_9.0\r\n\r\n"),
        new("A57 bytes after the body", Get(""), [200], Sent: 1)
        {
            Answer = _ => RawResponse.Raw("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\npoisoned"),
            CheckResponse = response => Assert.DoesNotContain("poisoned", response.Text),
        },
        new("A58 no host", $"GET /v1/users/me HTTP/1.1\r\nAuthorization: Bearer {The.Key}\r\nConnection: close\r\n\r\n", [400]),
        new("A58 two hosts", Get("Host: h\r\n"), [400]),
        new("A58 a host with a user", Get("").Replace("Host: g", "Host: a@b", StringComparison.Ordinal), [400]),
        new("A58 a host with a path", Get("").Replace("Host: g", "Host: localhost/../x", StringComparison.Ordinal), [400]),
        Harmless("A58 any name decides nothing", Get("").Replace("Host: g", "Host: management.internal:8081", StringComparison.Ordinal), request =>
            Assert.DoesNotContain(request.Headers, header => header.Value.Contains("management"))),
    ];

    /// <summary>
    /// The server reads these odd lengths as the number they are; what is sent on has a new head, so no later server can read another
    /// length.
    /// </summary>
    private static AttackCase Canonical(string name, string length) => Harmless(name, Post($"Content-Length: {length}\r\n", "{}"), request =>
    {
        Assert.Equal(["2"], request.Values("Content-Length"));
        Assert.Equal("{}", request.BodyText);
    });

    private static AttackCase OneCoding(string name, string request) => Refused(name, request, 400, "malformed_request") with
    {
        CheckResponse = response => Assert.Equal("close", response.Header("Connection")),
    };

    private static IEnumerable<AttackCase> Unclean(string header, params string[] values) =>
        values.Select((value, index) => Refused($"A50 {header}, value {index + 1}", Get($"{header}: {value}\r\n"), 400, "malformed_request"));

    private static Action<RecordedRequest> Dropped(params string[] names) => request => Assert.All(names, name => Assert.Empty(request.Values(name)));

    private static void NoOffer(RecordedRequest request) =>
        Dropped("Upgrade", "Connection", "HTTP2-Settings", "Sec-WebSocket-Key", "Sec-WebSocket-Version")(request);

    private static AttackCase FromUpstream(string name, string response) =>
        new(name, Get(""), [502], "upstream_reset", Sent: 1) { Answer = _ => RawResponse.Raw(response).Close() };
}
