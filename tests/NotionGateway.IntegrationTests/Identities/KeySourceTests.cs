using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Access.Identities.Keys;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Identities;

/// <summary>What an issuer's server may answer, and what is made of it.</summary>
public sealed class KeySourceTests(KeySourceTests.Server server) : IClassFixture<KeySourceTests.Server>
{
    [Fact]
    public async Task Keys_are_discovered_or_read_at_their_address()
    {
        Assert.NotNull((await ReadAsync(discovers: true)).Document);
        Assert.NotNull((await ReadAsync()).Document);
    }

    [Theory]
    [InlineData(500, null)]
    [InlineData(404, null)]
    [InlineData(204, null)]
    [InlineData(302, "http://localhost/keys")]
    [InlineData(302, "http://169.254.169.254/latest/meta-data")]
    [InlineData(307, "https://localhost/keys")]
    public async Task Case_35_an_error_is_no_document_and_a_redirect_is_not_followed(int status, string? location)
    {
        var asked = 0;
        var reading = await ReadAsync(answer: context =>
        {
            asked++;
            context.Response.StatusCode = status;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        Assert.Null(reading.Document);
        Assert.True(reading.WasAnswered);
        Assert.Contains(status.ToString(), reading.Problem);
        Assert.Equal(1, asked);
    }

    [Fact]
    public async Task Case_35_an_answer_without_end_is_not_read_to_its_end()
    {
        const int Most = 16 * 1024; // A GiB: what the system keeps for the reader is far less.
        var sent = 0;
        var reading = await ReadAsync(answer: async context =>
        {
            var page = new byte[64 * 1024];
            for (; sent < Most && !context.RequestAborted.IsCancellationRequested; sent++)
            {
                await context.Response.Body.WriteAsync(page, context.RequestAborted);
            }
        });
        Assert.Null(reading.Document);
        Assert.Contains("256 KiB", reading.Problem);
        Assert.InRange(sent, 1, Most - 1);
    }

    [Fact]
    public async Task Case_35_an_answer_that_drips_is_given_up_after_ten_seconds()
    {
        var time = new FakeTimeProvider();
        var begun = new TaskCompletionSource();
        var reading = ReadAsync(time: time, answer: async context =>
        {
            await context.Response.Body.WriteAsync("{"u8.ToArray());
            await context.Response.Body.FlushAsync();
            begun.SetResult();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(static _ => { }, TaskScheduler.Default);
        });
        await begun.Task;
        time.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal("no answer in time", (await reading).Problem);
    }

    [Fact]
    public async Task Case_36_metadata_of_another_issuer_are_not_taken()
    {
        server.Issuer.Named = server.Issuer.Value + "/";
        var reading = await ReadAsync(discovers: true);
        server.Issuer.Named = null;
        Assert.Null(reading.Document);
        Assert.Contains("another issuer", reading.Problem);
    }

    [Fact]
    public async Task A_certificate_that_the_file_does_not_vouch_for_is_not_trusted()
    {
        using var other = new Upstream.PrivateAuthority();
        var reading = await SourceOf(Place() with { CaFile = other.PemFile }).ReadAsync();
        Assert.Contains("not trusted", reading.Problem);
        Assert.False(reading.WasAnswered);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_told_as_such()
    {
        using var closed = new ClosedPort();
        var reading = await SourceOf(Place() with { Address = new Uri($"https://localhost:{closed.Address.Port}/keys") }).ReadAsync();
        Assert.Equal("it cannot be connected to", reading.Problem);
    }

    private Task<KeyReading> ReadAsync(bool discovers = false, Func<HttpContext, Task>? answer = null, TimeProvider? time = null)
    {
        server.Issuer.Answer = answer;
        return SourceOf(Place() with { Address = discovers ? null : server.Issuer.Keys }, time).ReadAsync();
    }

    private static KeySource SourceOf(KeyPlace place, TimeProvider? time = null) =>
        new(place, new PodAccount(new FakeEnvironment()), time ?? TimeProvider.System);

    private KeyPlace Place() => new()
    {
        InCluster = false,
        Address = server.Issuer.Keys,
        DiscoveredFrom = server.Issuer.Value,
        File = null,
        CaFile = server.Issuer.Authority.PemFile,
        RefreshInterval = TimeSpan.FromHours(1),
        MinRefresh = TimeSpan.FromSeconds(30),
        MaxKeyAge = TimeSpan.FromDays(1),
    };

    /// <summary>One server for all of these tests, which run one after another.</summary>
    public sealed class Server : IAsyncLifetime
    {
        internal IssuerServer Issuer { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Issuer = await IssuerServer.StartAsync();

        public ValueTask DisposeAsync() => Issuer.DisposeAsync();
    }
}
