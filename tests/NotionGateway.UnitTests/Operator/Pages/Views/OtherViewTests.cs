using NotionGateway.Access;
using NotionGateway.OAuth.Grants;
using NotionGateway.Operator;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Sessions;
using NotionGateway.Operator.Status;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator.Pages.Views;

public sealed class OtherViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 14, 5, 0, TimeSpan.Zero);

    private static readonly string[] Apps = ["crm", "sales"];

    [Fact]
    public void A_key_that_nobody_uses_any_more_may_go_while_another_is_in_use()
    {
        var view = CallersView.Of(
            [
                Caller("crm", new StatusKey("4d1014a2", Now.AddSeconds(-2)), new StatusKey("15186af5", Now.AddDays(-61))),
                Caller("yearly", new StatusKey("aaaaaaaa", Now.AddDays(-61)), new StatusKey("bbbbbbbb", null)),
            ],
            Now.AddDays(-90),
            Now);

        Assert.Equal(
            ["4d1014a2 used 2.0 s ago False", "15186af5 used 61 d ago True"], view.Callers[0].Keys.Select(key => $"{key.Key} {key.LastUsed} {key.MayGo}"));
        Assert.All(view.Callers[1].Keys, key => Assert.False(key.MayGo));
        Assert.Equal("not used since the start", view.Callers[1].Keys[1].LastUsed);
        Assert.Equal(("must choose", "90 d"), (view.Callers[0].Credential, view.Up));
    }

    [Theory]
    [InlineData(90, true)]
    [InlineData(3, false)]
    public void A_key_that_was_never_used_may_go_once_the_gateway_has_run_for_long(int daysUp, bool mayGo)
    {
        var view = CallersView.Of(
            [Caller("crm", new StatusKey("4d1014a2", Now.AddSeconds(-2)), new StatusKey("15186af5", null))], Now.AddDays(-daysUp), Now);

        Assert.Equal([false, mayGo], view.Callers[0].Keys.Select(key => key.MayGo));
    }

    [Theory]
    [InlineData("crm", "PATCH", "/v1/pages/0f0f0f0f-1111-4222-8333-444444444444", false, null, "403 not_permitted")]
    [InlineData("crm", "GET", "/v1/users/me", true, "It would wait 0.9 s for a permit on default; 3 requests wait there now.", "allowed")]
    [InlineData("crm", "GET", "/v1/nothing", false, null, "400 unknown_operation")]
    public void A_request_is_explained_with_the_wait_that_it_would_have_now(
        string caller, string method, string path, bool allowed, string? wait, string decision)
    {
        var view = Explain(new ExplainQuery(caller, method, path, ""), (0.9, 3));

        Assert.Equal((allowed, wait), (view.Explanation!.Allowed, view.Wait));
        Assert.StartsWith(decision, view.Explanation.Steps[^1].Text);
    }

    [Fact]
    public void One_request_waits_and_several_wait() =>
        Assert.EndsWith("; 1 request waits there now.", Explain(new ExplainQuery("crm", "GET", "/v1/users/me", ""), (0.9, 1)).Wait);

    [Fact]
    public void Where_nothing_was_used_nothing_waits() =>
        Assert.Equal("Nothing waits on default: it was not used recently.", Explain(new ExplainQuery("crm", "GET", "/v1/users/me", ""), null).Wait);

    [Theory]
    [InlineData("refused", "It would be denied now and not be sent: Notion rejects the token of default.")]
    [InlineData("unavailable", "It would be denied now and not be sent: credential default is unavailable.")]
    [InlineData("untried", "It would wait 0.9 s for a permit on default; 3 requests wait there now.")]
    public void What_a_credential_in_trouble_means_for_an_allowed_request_is_said(string state, string text) =>
        Assert.Equal(text, Explain(new ExplainQuery("crm", "GET", "/v1/users/me", ""), (0.9, 3), state).Wait);

    [Theory]
    [InlineData(1, "answered", null, 200, "1x")]
    [InlineData(0, "answered", null, 200, "joined")]
    [InlineData(0, "cached", null, 200, "cached")]
    [InlineData(0, "denied", "wait_too_long", 429, "0x")]
    public void How_often_a_request_was_sent_is_said(int sent, string outcome, string? reason, int status, string text) =>
        Assert.Equal(text, StatusWords.Sent(new StatusRequest { Sent = sent, Outcome = outcome, Reason = reason, Status = status }));

    [Fact]
    public void Nothing_is_explained_of_a_caller_that_does_not_exist_or_before_it_is_asked()
    {
        Assert.Equal("There is no caller '<b>'.", Explain(new ExplainQuery("<b>", "GET", "/v1/users/me", ""), null).Problem);
        Assert.Null(Explain(ExplainQuery.Read(_ => null), null).Explanation);
        Assert.Equal("Which request? Type its path, for example /v1/users/me.", Explain(new ExplainQuery("crm", "GET", "", ""), null).Problem);
        Assert.Equal("GET", ExplainQuery.Read(name => name == "method" ? "TRACE" : null).Method);
    }

    [Theory]
    [InlineData("", "", "", true)]
    [InlineData("", "active", "ACME", true)]
    [InlineData("", "lost", "", false)]
    [InlineData("", "", "nothing", false)]
    [InlineData("", "", "crm/ac", true)]
    public void Grants_are_found_by_name_workspace_and_person(string app, string state, string name, bool fits)
    {
        var filter = GrantsFilter.Read(part => part switch { "app" => app, "state" => state, "name" => name, _ => null }, Apps.ToHashSet());

        Assert.Equal(fits, filter.Fits(Some.Grant("crm/acme") with { WorkspaceName = "Acme Inc." }));
    }

    [Fact]
    public void A_filter_that_nobody_could_choose_is_none()
    {
        var filter = GrantsFilter.Read(part => part switch { "app" => "hr", "state" => "dead", "after" => "../etc", _ => null }, Apps.ToHashSet());

        Assert.Equal(new GrantsFilter("", "", "", null), filter);
    }

    [Fact]
    public void Grants_are_counted_by_app() => Assert.Equal(
        ["crm: 412 active, 3 lost", "sales: 0 active, 1 lost"],
        GrantsView.CountsOf([("sales", GrantState.Lost, 1), ("crm", GrantState.Active, 412), ("crm", GrantState.Lost, 3)]));

    [Fact]
    public void The_navigation_marks_the_page_and_names_grants_only_where_there_can_be_some()
    {
        var frame = new PageFrame
        {
            Title = "Overview",
            Place = PagePaths.Overview,
            Instance = "gw",
            Version = "1",
            Up = "1 s",
            HasGrants = false,
            Session = new OperatorSession(new OperatorIdentity("7cd94d2d", KeyDigest.Of(The.OperatorKey), true), "token", TimeSpan.Zero),
        };

        Assert.Equal("Overview", Assert.Single(frame.Navigation, link => link.IsHere).Text);
        Assert.DoesNotContain(frame.Navigation, link => link.Path == PagePaths.Grants);
        Assert.Contains((frame with { HasGrants = true }).Navigation, link => link.Path == PagePaths.Grants);
    }

    [Theory]
    [InlineData("/", true)]
    [InlineData("/sign-in", true)]
    [InlineData("/live/requests", true)]
    [InlineData("/grants/crm/acme", true)]
    [InlineData("/credentials/probe", true)]
    [InlineData("/credentials", false)]
    [InlineData("/grants/crm", false)]
    [InlineData("/grants/../acme", false)]
    [InlineData("/live/callers", false)]
    [InlineData("/operator/v1/status", false)]
    [InlineData("/SIGN-IN", false)]
    [InlineData("/sign-in/", false)]
    [InlineData("", false)]
    public void A_path_is_the_pages_if_it_is_spelled_so(string path, bool isPage) => Assert.Equal(isPage, PagePaths.IsPage(path));

    private static StatusConfiguredCaller Caller(string name, params StatusKey[] keys) => new() { Name = name, Keys = keys };

    private static ExplainView Explain(ExplainQuery query, (double Seconds, int Waiting)? next, string state = "usable") => ExplainView.Of(
        new AccessRules(Configured.Read().Settings.Access),
        Configured.Read().Settings.Caching,
        query,
        name => new StatusCredential { Name = name.Value, State = state },
        (_, _) => next);
}
