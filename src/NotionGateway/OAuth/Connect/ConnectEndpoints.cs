using System.Globalization;
using System.Text;
using NotionGateway.Browsers;
using NotionGateway.OAuth.Connect.Pages;
using NotionGateway.OAuth.Store;

namespace NotionGateway.OAuth.Connect;

/// <summary>Serves the connect listener: the layer between HTTP and the decisions. Anybody can reach it, and nothing else is served there.</summary>
internal sealed class ConnectEndpoints(
    OpenLinks links, ConsentStart start, ConsentReturn comeback, ConnectedPages connected, ConsentOrigin origin, ConnectCookie cookie,
    ConnectHeaders headers, ConnectRecord record, HtmlPages pages, TimeProvider time)
{
    /// <summary>Our form has no fields; anything else that is sent is not read.</summary>
    private const int LargestBody = 8 * 1024;

    private static readonly ConnectResponse NotFound = ConnectResponse.Show("not_found", ConnectPages.NotFound);

    public async Task RespondAsync(HttpContext context)
    {
        var startedAt = time.GetTimestamp();
        var target = ConnectTarget.Of(context.Request.Method, context.Request.Path.Value ?? "");
        Exception? failure = null;
        ConnectResponse answer;
        try
        {
            answer = await DecideAsync(context, target);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            record.Ended(target.Route, 499, "hung_up", startedAt, null);
            return;
        }
        catch (Exception exception)
        {
            failure = exception;
            answer = exception is GrantStoreException
                ? ConnectResponse.Show("store_failed", ConnectPages.StoreFailed)
                : ConnectResponse.Show("unforeseen", ConnectPages.Unforeseen);
        }

        record.Ended(target.Route, answer.Status, answer.Outcome, startedAt, failure);
        await WriteAsync(context, target, answer);
    }

    private async Task<ConnectResponse> DecideAsync(HttpContext context, ConnectTarget target)
    {
        if (context.Request.ContentLength > LargestBody)
        {
            return ConnectResponse.Show("too_large", ConnectPages.TooLarge);
        }

        if (target.Allow is not null)
        {
            return ConnectResponse.Show("wrong_method", ConnectPages.WrongMethod);
        }

        return target.Route switch
        {
            ConnectRoute.Link => await links.ShowAsync(target.Argument, context.RequestAborted),
            ConnectRoute.Begin when !IsOurs(context.Request) => ConnectResponse.Show("other_site", ConnectPages.OtherSite),
            ConnectRoute.Begin => await start.BeginAsync(target.Argument, context.RequestAborted),
            ConnectRoute.Callback => await comeback.ReturnAsync(QueryOf(context.Request), context.Request.Cookies[cookie.Name]),
            ConnectRoute.Connected => await connected.ShowAsync(target.Argument, context.RequestAborted),
            ConnectRoute.Ended when ConnectOutcome.Find(target.Argument) is { } outcome => ConnectResponse.Show("ending_shown", outcome.ToPage()),
            _ => NotFound,
        };
    }

    private bool IsOurs(HttpRequest request) => origin.IsOurs(request.Headers.Origin, request.Headers["Sec-Fetch-Site"]);

    private static CallbackQuery QueryOf(HttpRequest request) => CallbackQuery.Of(request.Query["state"], request.Query["code"], request.Query["error"]);

    private async Task WriteAsync(HttpContext context, ConnectTarget target, ConnectResponse answer)
    {
        var response = context.Response;
        foreach (var (name, value) in headers.For(answer.Page))
        {
            response.Headers[name] = value;
        }

        if (answer.NewCookie is not null || answer.DropsCookie)
        {
            response.Cookies.Append(cookie.Name, answer.NewCookie ?? "", new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = answer.NewCookie is null ? TimeSpan.Zero : ConsentStart.Timeout,
                Path = "/",
                SameSite = SameSiteMode.Lax,
                Secure = cookie.Secure,
            });
        }

        response.Headers.Allow = target.Allow;
        response.Headers.Location = answer.Location;
        response.Headers.RetryAfter = answer.RetryAfter?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
        var (type, html) = answer.Page is { } page ? ("text/html; charset=utf-8", await pages.RenderAsync(page.Content)) : (null, "");
        await context.RespondAsync(answer.Status, type, Encoding.UTF8.GetBytes(html));
    }
}
