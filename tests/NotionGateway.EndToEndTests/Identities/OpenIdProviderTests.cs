using System.Collections.Concurrent;
using System.Net;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Identities;

/// <summary>
/// The published program with a real OpenID provider, which it finds by discovery. The caller asks for what it may not do, so Notion's limit plays no part.
/// </summary>
public sealed class OpenIdProviderTests
{
    private const string Issuer = "Gateway__Access__Issuers__provider";
    private const string Caller = "Gateway__Access__Callers__job";
    private const int Known = 403;

    [Fact]
    public async Task Keys_that_are_rotated_under_load_cost_no_request()
    {
        var folder = Directory.CreateTempSubdirectory("notion-gateway-test-");
        await using var provider = await OpenIdProvider.StartAsync();
        var authority = Path.Combine(folder.FullName, "ca.pem");
        await File.WriteAllTextAsync(authority, provider.CertificatePem);
        await using var program = await RunningProgram.StartAsync(["--sandbox"], [.. RunningProgram.Unhurried,
            ($"{Issuer}__Issuers__0", provider.Issuer), ($"{Issuer}__Audiences__0", OpenIdProvider.Audience), ($"{Issuer}__CaFile", authority),
            ($"{Issuer}__MinRefresh", "00:00:01"), ($"{Issuer}__TokenTypes__0", "at+jwt"),
            ($"{Caller}__Identities__client__Issuer", "provider"), ($"{Caller}__Identities__client__Subject", "job"), ($"{Caller}__Permissions__0", "read")]);
        using var client = new HttpClient { BaseAddress = program.Data };

        // On a busy machine the provider's first answers may come after the gateway has begun without its keys.
        await SafetyNet.UntilAsync(async () => await AskAsync(await provider.TokenAsync("job")) == Known, () => $"No token is accepted: {program.Output}");
        var statuses = new ConcurrentBag<int>();
        using var end = new CancellationTokenSource();

        var load = Task.WhenAll(Enumerable.Range(0, 4).Select(_ => RepeatAsync()));
        for (var rotation = 0; rotation < 3; rotation++)
        {
            // Longer than MinRefresh, so that the first token with the new key may cause a reading.
            await Task.Delay(TimeSpan.FromSeconds(1.2));
            provider.Rotate();
            Assert.Equal(Known, await AskAsync(await provider.TokenAsync("job")));
        }

        await end.CancelAsync();
        await load;

        Assert.All(statuses, status => Assert.Equal(Known, status));
        Assert.True(statuses.Count >= 20, $"only {statuses.Count} requests");
        Assert.Equal(401, await AskAsync(await provider.TokenAsync("somebody-else")));
        folder.Delete(recursive: true);

        // Some tokens are new, and some were issued before the rotation.
        async Task RepeatAsync()
        {
            while (!end.IsCancellationRequested)
            {
                var token = await provider.TokenAsync("job");
                for (var use = 0; use < 5; use++)
                {
                    statuses.Add(await AskAsync(token));
                }
            }
        }

        // As clients do: on a busy machine the provider may take longer than a second to publish its keys.
        async Task<int> AskAsync(string token)
        {
            for (var attempt = 1; ; attempt++)
            {
                using var request = new HttpRequestMessage(HttpMethod.Delete, $"/v1/blocks/{The.PageId}")
                {
                    Headers = { { "Authorization", $"Bearer {token}" } },
                };
                using var response = await client.SendAsync(request);
                if (response.StatusCode != HttpStatusCode.ServiceUnavailable || attempt == 100)
                {
                    return (int)response.StatusCode;
                }

                await Task.Delay(200);
            }
        }
    }
}
