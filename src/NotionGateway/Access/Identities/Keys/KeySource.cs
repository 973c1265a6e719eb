using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using NotionGateway.Settings;

namespace NotionGateway.Access.Identities.Keys;

/// <summary>What a place of keys said: the document, or why there is none.</summary>
/// <param name="Document">The bytes of the document of keys; null if there is none.</param>
/// <param name="Problem">Why; null if there is one.</param>
/// <param name="WasAnswered">Whether the place answered, so that what it said is wrong, and not the way to it.</param>
/// <param name="Issuer">Who issues the tokens, where that is learned with the keys.</param>
internal readonly record struct KeyReading(byte[]? Document, string? Problem = null, bool WasAnswered = false, string? Issuer = null)
{
    public static KeyReading Unreached(string problem) => new(null, problem);

    public static KeyReading Rejected(string problem) => new(null, problem, WasAnswered: true);
}

/// <summary>
/// Reads the keys of one issuer, from its file or its address. It follows no redirect, since an issuer's server must not choose what the gateway
/// calls, and takes no more bytes than a document of keys may have.
/// </summary>
internal sealed class KeySource(KeyPlace place, PodAccount pod, TimeProvider time)
{
    private const string Metadata = "/.well-known/openid-configuration";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    public async Task<KeyReading> ReadAsync()
    {
        try
        {
            return place.InCluster ? await ReadClusterAsync() : place.File is { } path ? await ReadFileAsync(path) : await ReadAddressAsync();
        }
        catch (OperationCanceledException)
        {
            return KeyReading.Unreached("no answer in time");
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException or CryptographicException
            or InvalidDataException)
        {
            return KeyReading.Unreached(place.File is null ? Explain(exception) : "the file cannot be read");
        }
    }

    private static async Task<KeyReading> ReadFileAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return await TakeAsync(file, CancellationToken.None) is { } content ? new KeyReading(content) : TooLong;
    }

    /// <summary>
    /// Asks the API server directly: the address in its metadata may lead nowhere from inside of the cluster. The token goes to this address only, and
    /// only if the pod's own authority vouches for it.
    /// </summary>
    private async Task<KeyReading> ReadClusterAsync()
    {
        if (pod.KeysAddress is not { } address)
        {
            return KeyReading.Unreached("KUBERNETES_SERVICE_HOST is not set: the gateway does not run in a cluster");
        }

        string token;
        try
        {
            token = pod.ReadToken();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return KeyReading.Unreached("the pod has no token of its own: mount one, in the chart with identities.kubernetes.enabled");
        }

        // Known before the API server answers, so that tokens of the cluster are told to come back meanwhile, and not that they are wrong.
        var issuer = PodAccount.IssuerOf(token);
        if (issuer is null)
        {
            return KeyReading.Unreached("the pod's own token does not name its issuer");
        }

        using var timeout = new CancellationTokenSource(Timeout, time);
        try
        {
            using var invoker = new HttpMessageInvoker(CreateHandler(pod.CaFile));
            var reading = await GetAsync(invoker, address, timeout.Token, token);
            return (reading.Problem is { } problem && (problem.EndsWith("401", StringComparison.Ordinal) || problem.EndsWith("403", StringComparison.Ordinal))
                ? reading with { Problem = $"{problem}: bind the ClusterRole system:service-account-issuer-discovery to the gateway's service account" }
                : reading) with
            { Issuer = issuer };
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException or UnauthorizedAccessException or CryptographicException)
        {
            return KeyReading.Unreached(Explain(exception)) with { Issuer = issuer };
        }
        catch (OperationCanceledException)
        {
            return KeyReading.Unreached("no answer in time") with { Issuer = issuer };
        }
    }

    private async Task<KeyReading> ReadAddressAsync()
    {
        using var timeout = new CancellationTokenSource(Timeout, time);
        using var invoker = new HttpMessageInvoker(CreateHandler(place.CaFile));
        if (place.Address is { } address)
        {
            return await GetAsync(invoker, address, timeout.Token);
        }

        var issuer = place.DiscoveredFrom ?? throw new InvalidOperationException("There is no place of keys.");
        var metadata = await GetAsync(invoker, new Uri(issuer.TrimEnd('/') + Metadata), timeout.Token);
        return metadata.Document is null ? metadata
            : AddressIn(metadata.Document, issuer, out var problem) is { } found ? await GetAsync(invoker, found, timeout.Token)
            : KeyReading.Rejected(problem);
    }

    private static async Task<KeyReading> GetAsync(HttpMessageInvoker invoker, Uri address, CancellationToken cancellationToken, string? token = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("notion-gateway", null));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        using var response = await invoker.SendAsync(request, cancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            return KeyReading.Rejected(
                (int)response.StatusCode is >= 300 and < 400
                    ? $"{address.Host} answered {(int)response.StatusCode}: redirects are not followed, configure the address that it leads to"
                    : $"{address.Host} answered {(int)response.StatusCode}");
        }

        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        return await TakeAsync(body, cancellationToken) is { } content ? new KeyReading(content, WasAnswered: true) : TooLong;
    }

    private static KeyReading TooLong => KeyReading.Rejected($"the document has more than {KeySet.LongestDocument / 1024} KiB");

    /// <summary>The whole content; null if it is longer than a document of keys may be.</summary>
    private static async Task<byte[]?> TakeAsync(Stream content, CancellationToken cancellationToken)
    {
        var buffer = new byte[KeySet.LongestDocument + 1];
        var length = await content.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        return length == buffer.Length ? null : buffer[..length];
    }

    /// <summary>The address of the keys in an issuer's metadata. Metadata of another issuer are worth nothing: they are a mix-up, or an attack.</summary>
    private static Uri? AddressIn(byte[] metadata, string issuer, out string problem)
    {
        problem = "the metadata are not JSON";
        try
        {
            using var json = JsonDocument.Parse(metadata);
            var root = json.RootElement;
            problem = "the metadata belong to another issuer than the configured one";
            if (root.ValueKind != JsonValueKind.Object || Text(root, "issuer") != issuer)
            {
                return null;
            }

            problem = "the metadata name no https address for the keys";
            return Text(root, "jwks_uri") is { } found && KeyPlace.IsAddress(found) ? new Uri(found) : null;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A new one for each reading: they are rare, and so a changed authority or address is noticed.</summary>
    private static SocketsHttpHandler CreateHandler(string? caFile)
    {
        // A certificate that is not trusted yet must not decide where the gateway calls.
        var policy = new X509ChainPolicy { RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
        if (caFile is { } path)
        {
            // These are trusted alone, in place of the system's.
            policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            policy.CustomTrustStore.AddRange(AuthorityFile.Load(path));
        }

        return new SocketsHttpHandler
        {
            UseCookies = false,
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ActivityHeadersPropagator = null,
            MaxResponseHeadersLength = 32,
            PooledConnectionLifetime = Timeout,
            SslOptions = { CertificateChainPolicy = policy },
        };
    }

    private static string Explain(Exception exception) => exception is HttpRequestException { HttpRequestError: var error } ? error switch
    {
        HttpRequestError.NameResolutionError => "its name is not known",
        HttpRequestError.ConnectionError => "it cannot be connected to",
        HttpRequestError.SecureConnectionError => "its certificate is not trusted, or TLS failed",
        _ => "the request failed",
    }
    : exception is CryptographicException ? "CaFile has no certificate that can be read"
    : "the connection failed, or CaFile cannot be read";
}
