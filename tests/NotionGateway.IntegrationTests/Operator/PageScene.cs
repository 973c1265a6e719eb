using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Lifecycle;
using NotionGateway.OAuth.Store;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>A gateway with an operator, a viewer, an OAuth app and a grant; one for all tests of a class.</summary>
public sealed partial class PageScene : IAsyncLifetime
{
    private readonly RecordingUpstream _upstream = new();

    internal InMemoryGrantStore Store { get; } = new();

    internal FakeGrantWorld World { get; } = new();

    internal TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Gateway = await TestGateway.StartAsync(_upstream.Address, setup => setup
            .Operator(The.OperatorKey).Viewer(The.ViewerKey).OAuthApp("crm")
            .Setting("Gateway:Operator:PublicUrl", "https://gateway.example.com")
            .Adjust(services => services
                .AddSingleton<IGrantStore>(Store)
                .AddSingleton<IKeyRingStore>(Store)
                .AddSingleton<IGrantRevoker>(World)
                .AddSingleton<IGrantChanges>(World)));
    }

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    internal Task AddGrantAsync(string name, Func<Grant, Grant>? change = null) =>
        Store.AddAsync(change is null ? Some.Grant(name) : change(Some.Grant(name)), CancellationToken.None);

    /// <summary>A browser without cookies.</summary>
    internal Browser Open() => new(Gateway);

    /// <summary>A browser in which somebody has signed in.</summary>
    internal async Task<Browser> SignInAsync(string key = The.OperatorKey)
    {
        var browser = Open();
        using var response = await browser.PostAsync("/sign-in", ("key", key));
        Assert.Equal((HttpStatusCode.SeeOther, "/"), (response.StatusCode, response.Headers.Location?.OriginalString));
        Assert.NotNull(browser.Cookie);
        return browser;
    }

    /// <summary>As much of a browser as the page needs: one cookie, and the headers that say where a request comes from.</summary>
    internal sealed partial class Browser(TestGateway gateway)
    {
        private readonly HttpClient _client = gateway.OperatorClient(key: null);

        /// <summary>Name and value.</summary>
        public string? Cookie { get; set; }

        public string? Host { get; set; }

        public string? FetchSite { get; set; } = "same-origin";

        public string? Authorization { get; set; }

        public Task<HttpResponseMessage> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

        public async Task<string> ReadAsync(string path)
        {
            using var response = await GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            return await response.Content.ReadAsStringAsync();
        }

        /// <summary>Sends a form; one for somebody who is signed in has the token of the session.</summary>
        public Task<HttpResponseMessage> PostAsync(string path, params (string Name, string Value)[] fields) => SendAsync(
            new HttpRequestMessage(HttpMethod.Post, path)
            {
                Content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))),
            });

        /// <summary>The token that the forms of a page have.</summary>
        public async Task<string> TokenAsync() => Token().Match(await ReadAsync("/configuration")).Groups["token"].Value;

        public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
        {
            Add(request, "Cookie", Cookie);
            Add(request, "Sec-Fetch-Site", FetchSite);
            Add(request, "Authorization", Authorization);
            request.Headers.Host = Host;
            var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (response.Headers.TryGetValues("Set-Cookie", out var cookies))
            {
                Cookie = cookies.Single().Split(';')[0];
            }

            return response;
        }

        private static void Add(HttpRequestMessage request, string name, string? value)
        {
            if (value is not null)
            {
                request.Headers.TryAddWithoutValidation(name, value);
            }
        }

        [GeneratedRegex("name=\"token\" value=\"(?<token>[0-9A-Za-z]{43})\"")]
        private static partial Regex Token();
    }
}
