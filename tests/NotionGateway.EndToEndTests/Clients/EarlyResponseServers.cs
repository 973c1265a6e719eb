using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Clients;

/// <summary>
/// The published gateway and nginx, with the same bounds on bodies and in front of the same upstream, which reads all that it is sent.
/// Each over HTTP/1.1 and over HTTP/2 in the clear.
/// </summary>
public sealed class EarlyResponseServers : IAsyncLifetime
{
    public const int JsonBound = 1024 * 1024;
    public const int UploadBound = 25 * 1024 * 1024;

    /// <summary>nginx as it comes: it stores an upload before it hands it on.</summary>
    public const string Storing = "nginx that stores";

    private readonly RecordingUpstream _upstream = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-early-");
    private readonly List<RunningProgram> _programs = [];

    /// <summary>By name and protocol. <c>nginx</c> hands uploads on as they come, as the gateway does.</summary>
    internal Dictionary<(string Server, bool Http2), Uri> Addresses { get; } = [];

    public async ValueTask InitializeAsync()
    {
        foreach (var http2 in new[] { false, true })
        {
            var gateway = await GatewayAsync(http2 ? "Http2" : "Http1");
            _programs.Add(gateway);
            Addresses[("gateway", http2)] = gateway.Data;
            Addresses[("nginx", http2)] = FreeAddress();
        }

        Addresses[(Storing, false)] = FreeAddress();

        var file = Path.Combine(_folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, NginxConfiguration());
        string[] arguments = ["-e", "stderr", "-p", _folder.FullName, "-c", file];
        _programs.Add(await RunningProgram.StartServerAsync("nginx", arguments, new Uri(Addresses[("nginx", false)], "/ready")));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var program in _programs)
        {
            await program.DisposeAsync();
        }

        await _upstream.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    private static Uri FreeAddress() => new($"http://127.0.0.1:{FreePort.Next()}");

    private Task<RunningProgram> GatewayAsync(string protocols) => RunningProgram.StartAsync(
        [],
        [
            ("NOTION_TOKEN", The.NotionToken),
            ("GATEWAY_KEY", The.Key),
            ("Kestrel__Endpoints__Data__Protocols", protocols),
            ("Gateway__Credentials__default__VerifyToken", "false"),
            ("Gateway__Forwarding__Upstream", _upstream.Address.GetLeftPart(UriPartial.Authority)),
            ("Gateway__Forwarding__AllowInsecureUpstream", "true"),
            ("Gateway__Forwarding__MaxJsonBodyBytes", $"{JsonBound}"),
            ("Gateway__Forwarding__MaxUploadBodyBytes", $"{UploadBound}"),
            .. RunningProgram.Unhurried,
        ]);

    /// <summary>One process that ends when it is killed, with all that it stores in the test's own folder.</summary>
    private string NginxConfiguration() => $$"""
        daemon off;
        master_process off;
        pid nginx.pid;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path body;
          proxy_temp_path proxy;
          fastcgi_temp_path fastcgi;
          uwsgi_temp_path uwsgi;
          scgi_temp_path scgi;
          proxy_http_version 1.1;
          {{string.Concat(Addresses.Where(address => address.Key.Server != "gateway").Select(address => Server(address.Value, address.Key)))}}
        }
        """;

    private string Server(Uri address, (string Name, bool Http2) server) => $$"""
        server {
          listen {{address.Authority}}{{(server.Http2 ? " http2" : "")}};
          location = /ready { return 200; }
          location / { client_max_body_size {{JsonBound}}; proxy_pass {{_upstream.Address.GetLeftPart(UriPartial.Authority)}}; }
          location /v1/file_uploads/ {
            client_max_body_size {{UploadBound}};
            proxy_request_buffering {{(server.Name == Storing ? "on" : "off")}};
            proxy_pass {{_upstream.Address.GetLeftPart(UriPartial.Authority)}};
          }
        }

        """;
}
