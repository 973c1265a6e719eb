using System.Globalization;
using System.Text;
using NotionGateway.Browsers;
using NotionGateway.Operator.Pages.Parts;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Telemetry;

namespace NotionGateway.Operator.Pages;

/// <summary>Writes the responses of the operator page: headers, cookie, and a page, a file, a stream or a way to go.</summary>
internal sealed class PageWriter(HtmlPages pages)
{
    private const string Html = "text/html; charset=utf-8";

    public async Task WriteAsync(PageVisit visit, PageResponse answer)
    {
        var (context, response) = (visit.Context, visit.Context.Response);
        if (answer.Status == RequestOutcomes.HungUp)
        {
            return;
        }

        try
        {
            PageHeaders.Set(response.Headers, visit.IsHttps);
            SetCookie(visit);
            response.Headers.Location = answer.Location;
            if (answer.Refusal is { } refusal)
            {
                context.GatewayRequest().Refusal = refusal;
                response.Headers[RefusalResponse.ReasonHeader] = refusal.Reason.ShownAs.Name;
                response.Headers.RetryAfter = refusal.RetryAfter?.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            }

            if (answer.Events is { } events)
            {
                await TypedResults.ServerSentEvents(events).ExecuteAsync(context);
                return;
            }

            var (type, bytes) = answer.Asset ?? await RenderAsync(answer, context.GatewayRequest().Id);
            await context.RespondAsync(answer.Status, type, bytes);
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException && context.RequestAborted.IsCancellationRequested)
        {
            // The browser is gone; the audit line has been written.
        }
    }

    private async Task<(string? ContentType, ReadOnlyMemory<byte> Bytes)> RenderAsync(PageResponse answer, string requestId)
    {
        var content = answer.Content
            ?? (answer.Refusal is { } refusal ? HtmlPages.With(ProblemView.Of(refusal, requestId), HtmlPages.Of<Problem>()) : null);
        return content is null ? (null, default) : (Html, Encoding.UTF8.GetBytes(await pages.RenderAsync(content)));
    }

    private static void SetCookie(PageVisit visit)
    {
        if (visit is { NewSession: { } id, Cookie: { } cookie })
        {
            visit.Context.Response.Cookies.Append(cookie.Name, id, new CookieOptions
            {
                HttpOnly = true,
                IsEssential = true,
                MaxAge = id.Length == 0 ? TimeSpan.Zero : null,
                Path = "/",
                SameSite = SameSiteMode.Strict,
                Secure = cookie.Secure,
            });
        }
    }
}
