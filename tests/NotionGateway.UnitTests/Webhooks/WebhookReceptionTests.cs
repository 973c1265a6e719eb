using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using NotionGateway.Access.Targets;
using NotionGateway.Bodies;
using NotionGateway.Caching;
using NotionGateway.Caching.Store;
using NotionGateway.Caching.Tags;
using NotionGateway.Credentials;
using NotionGateway.Credentials.Sources;
using NotionGateway.Notion;
using NotionGateway.Settings;
using NotionGateway.TestKit;
using NotionGateway.Webhooks;

namespace NotionGateway.UnitTests.Webhooks;

/// <summary>What becomes of deliveries, and for how long stored responses are good where events are heard.</summary>
public sealed class WebhookReceptionTests
{
    private const string Token = "secret_TheVerificationTokenOfATest0123456789abcde";
    private const string Page = "0f0f0f0f-1111-4222-8333-444444444444";

    private readonly TwoClocks _time = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
    private readonly CredentialStore _credentials = new(new Reloadable<CredentialsOptions>(new CredentialsOptions([Some.CredentialOptions()])));
    private readonly ResponseCache _cache;
    private readonly WebhookReception _reception;
    private readonly WebhookOptions _webhook = new()
    {
        Name = "site",
        Token = new EnvironmentSecret("Gateway:Webhooks:site:Token", SecretKind.WebhookToken, "WEBHOOK"),
        Workspace = null,
        Credentials = ["default"],
        Setup = false,
    };

    public WebhookReceptionTests()
    {
        _time.Advance(TimeSpan.FromDays(1));
        var options = new Reloadable<CachingOptions>(new CachingOptions
        {
            Coalesce = Coalescing.Queued,
            MaxEntryBytes = 1000,
            MaxBytes = 1_000_000,
            PerReplica = false,
            Policies = new Dictionary<string, CachePolicy> { ["p"] = Policy },
        });
        var meters = new TestMeters();
        var store = new CacheStore(options, new BodyBudget(new LimitsOptions { MaxBufferedBytes = 10_000_000, MaxConnections = 1 }, () => []));
        var watch = new EventWatch(_time);
        _cache = new ResponseCache(store, new TagBook(_time), watch, new CachingMetrics(meters, store), options, _time);
        var environment = new FakeEnvironment { ["WEBHOOK"] = Token };
        var secrets = new SecretReaders(Some.Upstream, new ServiceCollection().AddSingleton<IProcessEnvironment>(environment).BuildServiceProvider());
        var tokens = new WebhookTokens([_webhook], secrets, _time, NullLogger<WebhookTokens>.Instance);
        _reception = new WebhookReception(
            [_webhook], tokens, new WebhookSetup(_time), _credentials, _cache, watch, new WebhooksMetrics(meters), _time);
        tokens.StartAsync(CancellationToken.None).GetAwaiter().GetResult();
        SpinWait.SpinUntil(() => tokens.Of("site") is not null, SafetyNet.Timeout);
        Identify(new NotionIdentity("bot", "workspace"));
    }

    private static CachePolicy Policy => new()
    {
        Ttl = TimeSpan.FromMinutes(1),
        TtlWithEvents = TimeSpan.FromMinutes(30),
        Operations = null,
        SignedUrlReserve = TimeSpan.FromMinutes(30),
    };

    [Fact]
    public void An_event_makes_the_stored_response_untrue_and_those_of_other_pages_last_longer()
    {
        Receive(Event("e0", page: "other"));
        Store(Page);
        Store("another");
        Pass(TimeSpan.FromMinutes(2));
        Assert.True(IsStored(Page));
        Assert.Equal(DeliveryOutcome.Applied, Receive(Event("e1")));
        Assert.False(IsStored(Page));
        Assert.True(IsStored("another"));
    }

    [Fact]
    public void Without_events_the_shorter_time_applies()
    {
        Store(Page);
        Pass(TimeSpan.FromSeconds(61));
        Assert.False(IsStored(Page));
    }

    [Fact]
    public void After_an_hour_without_an_event_the_shorter_time_applies_and_later_events_do_not_change_that()
    {
        Receive(Event("e0", page: "other"));
        Pass(TimeSpan.FromMinutes(58));
        Store(Page);
        Pass(TimeSpan.FromSeconds(90));
        Assert.True(IsStored(Page));
        Pass(TimeSpan.FromSeconds(31));
        Assert.False(IsStored(Page));
        Receive(Event("e1", page: "other"));
        Assert.False(IsStored(Page));
    }

    [Fact]
    public void The_same_event_is_applied_once_however_often_it_comes()
    {
        Assert.Equal(DeliveryOutcome.Applied, Receive(Event("e1")));
        Store(Page);
        for (var attempt = 2; attempt <= 8; attempt++)
        {
            Assert.Equal(DeliveryOutcome.Duplicate, Receive(Event("e1", attempt: attempt)));
        }

        Assert.True(IsStored(Page));
        Pass(TimeSpan.FromHours(26));
        Assert.Equal(DeliveryOutcome.Applied, Receive(Event("e1")));
    }

    [Fact]
    public void Events_out_of_order_are_all_applied()
    {
        Assert.Equal(DeliveryOutcome.Applied, Receive(Event("e2")));
        Store(Page);
        Assert.Equal(DeliveryOutcome.Applied, Receive(Event("e1", ago: TimeSpan.FromMinutes(5))));
        Assert.False(IsStored(Page));
    }

    [Fact]
    public void A_response_that_was_asked_for_before_an_event_is_not_stored_after_it()
    {
        var asked = _cache.Now;
        Receive(Event("e1"));
        Assert.False(Store(Page, asked));
        Assert.True(Store(Page));
    }

    [Fact]
    public void An_unknown_type_drops_everything_of_the_workspace()
    {
        Store(Page);
        Store("another");
        Assert.Equal(DeliveryOutcome.UnknownType, Receive(Event("e1", type: "page.reborn")));
        Assert.Equal((false, false), (IsStored(Page), IsStored("another")));
    }

    [Fact]
    public void An_event_of_another_workspace_changes_nothing()
    {
        Store(Page);
        Assert.Equal(DeliveryOutcome.OtherWorkspace, Receive(Event("e1", workspace: "elsewhere")));
        Assert.True(IsStored(Page));
    }

    [Fact]
    public void Until_the_workspace_is_known_Notion_must_deliver_again()
    {
        Identify(null);
        Assert.Equal(DeliveryOutcome.NotReady, Receive(Event("e1")));
        Identify(new NotionIdentity("bot", "workspace"));
        Assert.Equal(DeliveryOutcome.Applied, Receive(Event("e1", attempt: 2)));
    }

    [Theory]
    [InlineData("not JSON")]
    [InlineData("""{"verification_token":"secret_another"}""")]
    [InlineData("""{"id":"\ud800","type":"page.created","workspace_id":"workspace"}""")]
    public void What_is_signed_and_no_event_is_malformed(string body) => Assert.Equal(DeliveryOutcome.Malformed, Receive(body));

    [Fact]
    public void A_token_is_accepted_only_during_setup()
    {
        var body = """{"verification_token":"secret_another"}"""u8.ToArray();
        Assert.Equal(DeliveryOutcome.BadSignature, _reception.Check(_webhook, body, signature: null));
        var setup = _webhook with { Token = null, Setup = true };
        Assert.Equal(DeliveryOutcome.TokenHeld, _reception.Check(setup, body, signature: null));
        Assert.Equal(DeliveryOutcome.BadSignature, _reception.Check(setup, body, signature: null));
        Assert.Equal(DeliveryOutcome.BadSignature, _reception.Check(setup, Encoding.UTF8.GetBytes(Event("e")), Sign(Event("e"))));
    }

    [Theory]
    [InlineData("""{"verification_token":"\ud800"}""")]
    [InlineData("""{"\ud800":"secret_another"}""")]
    public void During_setup_what_is_no_text_is_no_token(string body) => Assert.Equal(
        DeliveryOutcome.BadSignature, _reception.Check(_webhook with { Token = null, Setup = true }, Encoding.UTF8.GetBytes(body), signature: null));

    private DeliveryOutcome Receive(string body) =>
        _reception.Check(_webhook, Encoding.UTF8.GetBytes(body), Sign(body)) ?? _reception.Apply(_webhook, Encoding.UTF8.GetBytes(body));

    private static string Sign(string body) =>
        "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Token), Encoding.UTF8.GetBytes(body)));

    private string Event(
        string id, string type = "page.content_updated", string page = Page, string workspace = "workspace", int attempt = 1, TimeSpan ago = default) => $$$"""
        {"id":"{{{id}}}","type":"{{{type}}}","workspace_id":"{{{workspace}}}","attempt_number":{{{attempt}}},"timestamp":"{{{_time.GetUtcNow() - ago:O}}}",
        "entity":{"id":"{{{page}}}","type":"page"},"data":{"parent":{"id":"w","type":"space"} } }
        """;

    private bool Store(string page, (Moment, DateTimeOffset)? asked = null)
    {
        var response = new WholeResponse(200, [new("Content-Type", "application/json")], "{}"u8.ToArray(), () => { });
        var stored = _cache.TryStore(State, Use(page), Some.Operation("pages.retrieve"), new RequestTarget($"/v1/pages/{page}"), asked ?? _cache.Now, response);
        response.Release();
        return stored;
    }

    private bool IsStored(string page)
    {
        var found = _cache.Find(State, Use(page), out _);
        found?.Response.Release();
        return found is not null;
    }

    private CredentialState State => _credentials.Find(CredentialName.Default)!.State;

    private void Identify(NotionIdentity? identity) =>
        _credentials.Find(CredentialName.Default)!.Advance(state => state with { Token = Some.Token(), Identity = identity });

    private void Pass(TimeSpan time) => _time.Advance(time);

    private static CacheUse Use(string page) => new(Policy, CacheKey.Of([], page), default);
}
