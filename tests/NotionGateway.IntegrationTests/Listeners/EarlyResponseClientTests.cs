using System.Diagnostics;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Listeners;

/// <summary>Real clients, each with its own way to send and to read, see a response that was given before they had sent everything.</summary>
public sealed class EarlyResponseClientTests
{
    private const string Node = """
        const [url, key, type, length, chunked] = process.argv.slice(1);
        const bytes = Buffer.alloc(+length, 120);
        const stream = () => new ReadableStream({
          start(to) {
            for (let at = 0; at < bytes.length; at += 65536) to.enqueue(bytes.subarray(at, at + 65536));
            to.close();
          },
        });
        const headers = { authorization: 'Bearer ' + key, 'content-type': type };
        fetch(url, { method: 'POST', headers, body: chunked === '1' ? stream() : bytes, duplex: 'half' })
          .then(answer => console.log(answer.status), error => console.log(String(error.cause ?? error)));
        """;

    private const string Python = """
        import http.client, sys
        from urllib.parse import urlparse
        url, key, kind, length, chunked = sys.argv[1:]
        where, data = urlparse(url), b'x' * int(length)
        to = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        head = {'Authorization': 'Bearer ' + key, 'Content-Type': kind}
        if chunked == '1':
            pieces = (data[i:i + 65536] for i in range(0, len(data), 65536))
            to.request('POST', where.path, pieces, {**head, 'Transfer-Encoding': 'chunked'}, encode_chunked=True)
        else:
            to.request('POST', where.path, data, head)
        print(to.getresponse().status)
        """;

    private const string Curl = """
        file=$(mktemp) && head -c "$4" /dev/zero > "$file"
        coding=$([ "$5" = 1 ] && echo 'Transfer-Encoding: chunked')
        curl -s -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $2" -H "Content-Type: $3" -H "$coding" -H 'Expect:' \
          --data-binary "@$file" "$1"
        rm "$file"
        """;

    public static TheoryData<string, bool, bool> Cases { get; } = new(
        from client in new[] { "node", "curl" } from upload in new[] { false, true } from chunked in new[] { false, true } select (client, upload, chunked));

    [Theory]
    [MemberData(nameof(Cases))]
    public Task A_client_sees_that_its_body_is_too_large(string client, bool upload, bool chunked) => SeesAsync(client, upload, chunked);

    [Theory]
    [Trait("Category", "Long")]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public Task The_client_of_Pythons_library_sees_it_too(bool upload, bool chunked) => SeesAsync("python3", upload, chunked);

    private static async Task SeesAsync(string client, bool upload, bool chunked)
    {
        await using var upstream = new RecordingUpstream();
        await using var gateway = await TestGateway.StartAsync(upstream.Address);
        var url = new Uri(gateway.Data, upload ? "/v1/file_uploads/abc/send" : "/v1/pages").ToString();
        string[] program = client switch { "node" => ["-e", Node], "python3" => ["-c", Python], _ => ["-c", Curl, "sh"] };
        string[] arguments =
            [.. program, url, The.Key, upload ? "multipart/form-data; boundary=b" : "application/json", upload ? "31457280" : "5242880", chunked ? "1" : "0"];
        using var process = Process.Start(
            new ProcessStartInfo(client == "curl" ? "sh" : client, arguments)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
        var said = process.StandardError.ReadToEndAsync();

        Assert.Equal("413", (await process.StandardOutput.ReadToEndAsync()).Trim() + await said);
        Assert.Empty(upstream.Requests);
    }
}
