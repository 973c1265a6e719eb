using Microsoft.AspNetCore.Components;
using NotionGateway.Access;
using NotionGateway.Browsers;
using NotionGateway.Caching.Store;
using NotionGateway.Operator.Pages.Parts;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Status;

namespace NotionGateway.Operator.Pages;

/// <summary>A page without its frame.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Content">What it shows.</param>
internal sealed record PageBody(string Title, RenderFragment Content)
{
    /// <summary>The parts of it that change by themselves, by the id of the element that each is in.</summary>
    public IReadOnlyList<(string Id, RenderFragment Content)> Parts { get; init; } = [];

    /// <summary>After so many seconds a browser without script asks again.</summary>
    public int? Refresh { get; init; }
}

/// <summary>Makes each page from what the process holds at this moment. It waits for nothing; grants, which are stored, are made elsewhere.</summary>
internal sealed class PageContent(
    StatusReport status, CallerReport callers, ConnectionReport connections, CredentialReport credentials, RecentRequests recent,
    Reloadable<AccessRules> rules, Reloadable<CachingOptions> caching, TimeProvider time)
{
    private const int RefreshSeconds = 5;

    /// <summary>The page at this path with this query; null if there is none.</summary>
    public PageBody? Find(string path, Func<string, string?> query) => path switch
    {
        PagePaths.Overview => Overview(OverviewView.Of(status.Report())),
        PagePaths.Callers => Callers(),
        PagePaths.Denials => Denials(RequestsView.OfDenials(status.Report(), RequestFilter.Read(query))),
        PagePaths.Requests => Requests(RequestsView.OfAll(status.Report(), RequestFilter.Read(query))),
        PagePaths.Explain => Explain(
            ExplainView.Of(rules.Current, caching.Current, ExplainQuery.Read(query), credentials.Named, connections.NextWait)),
        PagePaths.Configuration => Shown<Configuration, ConfigurationView>("Configuration", ConfigurationView.Of(status.Report())),
        _ => null,
    };

    private static PageBody Overview(OverviewView view) => Shown<Overview, OverviewView>("Overview", view) with
    {
        Parts =
        [
            ("verdict", Part<VerdictPart, OverviewView>(view)), ("connections", Part<ConnectionsPart, OverviewView>(view)),
            ("credentials", Part<CredentialsPart, OverviewView>(view)), ("causes", Part<CausesPart, IReadOnlyList<DenialCauseView>>(view.Denials)),
        ],
        Refresh = RefreshSeconds,
    };

    private static PageBody Denials(RequestsView view) => Shown<Denials, RequestsView>("Denials", view) with
    {
        Parts = [("causes", Part<CausesPart, IReadOnlyList<DenialCauseView>>(view.Causes)), ("tail", Part<RequestsPart, RequestsView>(view))],
        Refresh = RefreshSeconds,
    };

    private static PageBody Requests(RequestsView view) => Shown<Requests, RequestsView>("Requests", view) with
    {
        Parts = [("tail", Part<RequestsPart, RequestsView>(view))],
        Refresh = RefreshSeconds,
    };

    /// <summary>Nothing on it changes before something is asked; and it is not asked again under somebody's hands.</summary>
    private static PageBody Explain(ExplainView view) => Shown<Explain, ExplainView>("Explain", view) with
    {
        Parts = view.Explanation is null ? [] : [("explanation", Part<ExplainPart, ExplainView>(view))],
    };

    private PageBody Callers() =>
        Shown<Callers, CallersView>("Callers", CallersView.Of(callers.Report(), recent.StartedAt, time.GetUtcNow()));

    private static PageBody Shown<TComponent, TModel>(string title, TModel model)
        where TComponent : IComponent => new(title, Part<TComponent, TModel>(model));

    private static RenderFragment Part<TComponent, TModel>(TModel model)
        where TComponent : IComponent => HtmlPages.With(model, HtmlPages.Of<TComponent>());
}
