using Microsoft.AspNetCore.Http.Features;
using NotionGateway.Access;
using NotionGateway.Access.Targets;
using NotionGateway.Browsers;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Sessions;
using NotionGateway.Operator.Status;
using NotionGateway.Settings;

namespace NotionGateway.Operator.Pages;

/// <summary>
/// Serves the operator page: who asks, whether a change comes from the page itself, and which page it is. What is shown and done is decided
/// elsewhere.
/// </summary>
internal sealed class PageEndpoints(
    PageHost hosts, PageAssets assets, PageSignIn signIn, PageContent content, PageLive live, PageWriter writer, OperatorSessions sessions,
    OperatorAudit audit, RecentRequests recent, InstanceName instance, TimeProvider time, Random random,
    CredentialProbes probes, GrantPages? grants = null)
{
    private static readonly Refusal OtherSite = new(
        RefusalReason.NotPermitted, "This request did not come from the operator page itself, so nothing was done. Open the page and use its buttons.");

    private static readonly Refusal OldForm = new(
        RefusalReason.NotPermitted, "This form belongs to another session, so nothing was done. Load the page again and repeat it there.");

    private static readonly Refusal WrongMethod = new(RefusalReason.MethodNotAllowed, "The operator page does not take this method here.");

    private static readonly Refusal NoGrant = new(RefusalReason.GrantNotFound, "There is no grant with this name.");

    /// <summary>Whether a request is for the page; the rest of the listener is the API.</summary>
    public static bool IsPage(HttpContext context)
    {
        var raw = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget.AsSpan();
        var path = context.Request.Path.Value ?? "";
        return (raw.IndexOf('?') is var question and >= 0 ? raw[..question] : raw).SequenceEqual(path) && PagePaths.IsPage(path);
    }

    public async Task RespondAsync(HttpContext context)
    {
        var request = new GatewayRequest(RequestId.New(random), time.GetTimestamp(), context.RequestAborted);
        context.Features.Set(request);
        var record = new OperatorRecord { Action = "page", IsQuiet = true };
        var visit = new PageVisit(context, record);
        PageResponse response;
        try
        {
            response = await DecideAsync(visit);
        }
        catch (Exception exception)
        {
            response = PageResponse.Of(OperatorFailures.Of(context, exception));
        }

        audit.Write(record, response.ForAudit(), request.Id);
        await writer.WriteAsync(visit, response);
    }

    private async Task<PageResponse> DecideAsync(PageVisit visit)
    {
        var request = visit.Context.Request;
        if (HeaderRules.Check(TargetMiddleware.ReadHead(request)) is { } malformed)
        {
            return PageResponse.No(malformed.Reason == RefusalReason.MethodNotAllowed ? WrongMethod : malformed);
        }

        if (hosts.Check(request.Host, request.IsHttps) is not { } isHttps)
        {
            return PageResponse.No(PageHost.Wrong);
        }

        (visit.IsHttps, visit.Cookie) = (isHttps, SessionCookie.For(isHttps, request.Host.Port));
        return request.Method switch
        {
            "GET" => assets.Find(visit.Path) ?? await GetAsync(visit),
            "POST" when !visit.IsSameOrigin => PageResponse.No(OtherSite),
            "POST" => await PostAsync(visit),
            _ => PageResponse.No(WrongMethod),
        };
    }

    private async Task<PageResponse> GetAsync(PageVisit visit)
    {
        if (visit.Path == PagePaths.SignIn)
        {
            return visit.Query("once") is { Length: > 0 } once
                ? visit.Take("sign_in", signIn.WithAddress(once, visit.Record, visit.Context))
                : signIn.Show();
        }

        if (await AdmitAsync(visit) is { } refusal)
        {
            return PageResponse.No(refusal);
        }

        var isLive = visit.Path.StartsWith(PagePaths.Live, StringComparison.Ordinal);
        if (visit.Session is not { } session)
        {
            return isLive ? PageResponse.Stream(PageLive.NotSignedInAsync()) : PageResponse.GoTo(PagePaths.SignIn, "not signed in");
        }

        if (isLive)
        {
            return PageResponse.Stream(
                live.FollowAsync(visit.SessionId, session, visit.Path[PagePaths.Live.Length..], visit.QueryParts, visit.Context.RequestAborted));
        }

        return await FindAsync(visit) is { } page ? PageResponse.Show(Framed(visit, session, page))
            : PagePaths.GrantOf(visit.Path) is not null ? PageResponse.No(NoGrant)
            : PageResponse.No(WrongMethod);
    }

    private async Task<PageBody?> FindAsync(PageVisit visit)
    {
        var stop = visit.Context.RequestAborted;
        return grants is not null && visit.Path == PagePaths.Grants ? await grants.ListAsync(visit.Query, stop)
            : grants is not null && PagePaths.GrantOf(visit.Path) is { } grant ? await grants.ShowAsync(grant, stop)
            : content.Find(visit.Path, visit.Query);
    }

    private async Task<PageResponse> PostAsync(PageVisit visit)
    {
        var (form, unreadable) = await PageForm.ReadAsync(visit.Context, time);
        if (form is null)
        {
            return PageResponse.No(unreadable!);
        }

        if (visit.Path == PagePaths.SignIn)
        {
            // Whatever session the browser had ends: the one that begins is new.
            sessions.End(visit.SessionId);
            return visit.Take("sign_in", await signIn.WithKeyAsync(form["key"], visit.Peer, visit.Record, visit.Context));
        }

        visit.Record.IsQuiet = false;
        if (await AdmitAsync(visit) is { } refusal)
        {
            return PageResponse.No(refusal);
        }

        if (visit.Session is not { } session)
        {
            return PageResponse.GoTo(PagePaths.SignIn, "not signed in");
        }

        if (!session.IsOwnForm(form["token"]))
        {
            return PageResponse.No(OldForm);
        }

        if (visit.Path == PagePaths.SignOut)
        {
            sessions.End(visit.SessionId);
            visit.NewSession = "";
            visit.Record.Action = "sign_out";
            return PageResponse.GoTo(PagePaths.SignIn, "signed out");
        }

        return !session.Who.MayChange ? PageResponse.No(OperatorKeys.MayOnlyLook)
            : visit.Path == PagePaths.Probe ? await probes.RunAsync(form, session, visit.Record)
            : grants is not null && visit.Path == PagePaths.Grants
            ? await grants.NewLinkAsync(form, session, visit.Record, CancellationToken.None)
            : grants is not null && PagePaths.GrantOf(visit.Path) is { } grant
            ? await grants.ChangeAsync(grant, form, session, visit.Record, CancellationToken.None)
            : PageResponse.No(WrongMethod);
    }

    /// <summary>Finds the session of the browser, if it has one.</summary>
    private async Task<Refusal?> AdmitAsync(PageVisit visit)
    {
        visit.Session = sessions.Find(visit.SessionId);
        if (visit.Context.Request.Headers.Authorization.ToString() is { Length: > 0 } authorization)
        {
            (var stranger, visit.Session, visit.NewSession) = await signIn.WithHeaderAsync(
                authorization, visit.Peer, visit.Session, visit.Context.RequestAborted);
            if (stranger is not null)
            {
                return stranger;
            }
        }

        return visit.Session is { } session ? visit.Record.Admit(visit.Context, session.Who) : null;
    }

    private Microsoft.AspNetCore.Components.RenderFragment Framed(PageVisit visit, OperatorSession session, PageBody page) => HtmlPages.With(
        new PageFrame
        {
            Title = page.Title,
            Place = PagePaths.GrantOf(visit.Path) is null ? visit.Path : PagePaths.Grants,
            Instance = instance.Value,
            Version = GatewayVersion.Text,
            Up = PageFrame.UpFor(time.GetUtcNow() - recent.StartedAt),
            Session = session,
            HasGrants = grants is not null,
            Live = page.Parts.Count > 0 ? PagePaths.LiveOf(visit.Path) + visit.Context.Request.QueryString : null,
            Refresh = page.Refresh,
            Notice = session.TakeNotice(),
        },
        page.Content);
}
