using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using NotionGateway.Browsers;
using NotionGateway.OAuth.Apps;
using NotionGateway.OAuth.Grants;
using NotionGateway.OAuth.Store;
using NotionGateway.Operator.Pages.Parts;
using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Sessions;
using NotionGateway.Settings;

namespace NotionGateway.Operator.Pages;

/// <summary>The pages of grants and what their buttons do: the same as the API does, with its refusals and its words on record.</summary>
internal sealed class GrantPages(IGrantStore store, GrantAdministration grants, ConnectLinks links, OAuthAppNames apps, TimeProvider time)
{
    private const int PageLength = 100;

    /// <summary>How many stored grants one look through a filter reads at most.</summary>
    private const int MostRead = 5000;

    private const int ReadAtOnce = 500;

    private static readonly Refusal NotConfirmed = new(
        RefusalReason.InvalidRequest, "What was typed is not the name of the grant, so nothing was done. Type its whole name, app/name, to confirm.");

    private static readonly Refusal WrongName = new(
        RefusalReason.InvalidRequest, $"The new name must be {GatewayName.Rule}; the app stays, and is not part of it.");

    private static readonly Refusal UnknownAction = new(RefusalReason.InvalidRequest, "The form names no action of this page.");

    public async Task<PageBody> ListAsync(Func<string, string?> query, CancellationToken cancellationToken)
    {
        var filter = GrantsFilter.Read(query, apps.All);
        var (found, next) = await ReadAsync(filter, cancellationToken);
        var now = time.GetUtcNow();
        var view = new GrantsView
        {
            Filter = filter,
            Apps = [.. apps.All.Order(StringComparer.Ordinal)],
            Grants = [.. found.Select(grant => GrantView.Of(grant, now))],
            Counts = GrantsView.CountsOf(await store.CountAsync(cancellationToken)),
            Next = next is { } after ? AddressOf(filter, after) : null,
            LifeRule = ConnectLinks.LifeRule,
        };
        return new PageBody("Grants", HtmlPages.With(view, HtmlPages.Of<Grants>()));
    }

    /// <summary>The page of one grant; null if there is no such grant.</summary>
    public async Task<PageBody?> ShowAsync(CredentialName name, CancellationToken cancellationToken) =>
        await store.FindAsync(name, cancellationToken) is { } grant
            ? new PageBody(name.Value, HtmlPages.With(GrantView.Of(grant, time.GetUtcNow()), HtmlPages.Of<GrantPage>()))
            : null;

    /// <summary>Makes a link for a name of the operator's choosing.</summary>
    public async Task<PageResponse> NewLinkAsync(PageForm form, OperatorSession session, OperatorRecord record, CancellationToken cancellationToken)
    {
        record.Action = "create_link";
        var expiresIn = form["expires_in"] is { Length: > 0 } text ? text : null;
        if (links.Check(form["app"], form["name"], expiresIn, out var grant, out var life) is { } wrong)
        {
            return PageResponse.No(wrong);
        }

        record.Subject = grant.Value;
        return Tell(session, await links.CreateAsync(grant, life, cancellationToken), PagePaths.Grants, $"A link for {grant} was made.");
    }

    /// <summary>Does what a button on the page of a grant says.</summary>
    public async Task<PageResponse> ChangeAsync(
        CredentialName name, PageForm form, OperatorSession session, OperatorRecord record, CancellationToken cancellationToken)
    {
        record.Subject = name.Value;
        record.Action = form["action"] switch
        {
            "link" => "create_link",
            "rename" => "rename_grant",
            "revoke" => "revoke_grant",
            "delete" => "delete_grant",
            _ => OperatorAction.Unlisted,
        };
        switch (record.Action)
        {
            case "create_link":
                var made = await links.CreateAsync(name, ConnectLinks.DefaultLife, cancellationToken);
                return Tell(session, made, PagePaths.Of(name), $"A link for {name} was made.");
            case "rename_grant":
                return CredentialName.OfGrant(name.App, form["name"]) is { } to
                    ? Tell(session, await grants.RenameAsync(name, to), PagePaths.Of(to), $"{name} is called {to} now.")
                    : PageResponse.No(WrongName);
            case OperatorAction.Unlisted:
                return PageResponse.No(UnknownAction);
            default:
                return form["confirm"] != name.Value ? PageResponse.No(NotConfirmed)
                    : record.Action == "revoke_grant"
                    ? Tell(session, await grants.RevokeAsync(name, cancellationToken), PagePaths.Grants, $"{name} was revoked at Notion and deleted.")
                    : Tell(session, await grants.DeleteAsync(name, cancellationToken), PagePaths.Grants, $"{name} was deleted here; Notion was not told.");
        }
    }

    /// <summary>After a change the browser goes to a page that can be loaded again without repeating it, and is told there what was done.</summary>
    private static PageResponse Tell(OperatorSession session, OperatorResponse response, string path, string done)
    {
        if (response.Refusal is not null)
        {
            return PageResponse.Of(response);
        }

        session.Tell(new PageNotice(true, done, LinkIn(response)));
        return PageResponse.GoTo(path, response.Outcome);
    }

    /// <summary>The link in the API's response.</summary>
    private static string? LinkIn(OperatorResponse response)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            response.Body(json);
            json.WriteEndObject();
        }

        using var body = JsonDocument.Parse(buffer.WrittenMemory);
        return body.RootElement.TryGetProperty("url", out var url) ? url.GetString() : null;
    }

    private static string AddressOf(GrantsFilter filter, CredentialName after) => QueryHelpers.AddQueryString(
        PagePaths.Grants,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["app"] = filter.App,
            ["state"] = filter.State,
            ["name"] = filter.Name,
            ["after"] = after.Value,
        });

    /// <summary>The next grants that fit, and after which one to go on; null at the end.</summary>
    private async Task<(IReadOnlyList<Grant> Found, CredentialName? Next)> ReadAsync(GrantsFilter filter, CancellationToken cancellationToken)
    {
        var found = new List<Grant>();
        var (app, after) = (filter.App.Length > 0 ? filter.App : null, filter.After);
        for (var read = 0; read < MostRead; read += ReadAtOnce)
        {
            var some = await store.ListAsync(app, after, ReadAtOnce, cancellationToken);
            foreach (var grant in some)
            {
                after = grant.Name;
                if (filter.Fits(grant))
                {
                    found.Add(grant);
                }

                if (found.Count == PageLength)
                {
                    var isLast = some.Count < ReadAtOnce && ReferenceEquals(grant, some[^1]);
                    return (found, isLast ? null : after);
                }
            }

            if (some.Count < ReadAtOnce)
            {
                return (found, null);
            }
        }

        return (found, after);
    }
}
