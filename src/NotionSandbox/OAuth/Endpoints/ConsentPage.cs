using System.Text;
using System.Text.Encodings.Web;

namespace NotionSandbox.OAuth.Endpoints;

/// <summary>What a person sees who is asked to open a workspace to an app, or who came with a link that leads nowhere.</summary>
internal static class ConsentPage
{
    public const string Who = "who";
    public const string Decision = "decision";
    public const string Allow = "allow";
    public const string Cancel = "cancel";

    public static PageResponse Of(AuthorizeRequest request, IReadOnlyList<Consenter> consenters)
    {
        var app = Safe(request.App.Name);
        var back = Safe(request.RedirectUri);
        var asked = Hidden("client_id", request.App.ClientId) + Hidden("redirect_uri", request.NamedRedirectUri) + Hidden("state", request.State);
        return new PageResponse($"Connect {app}", $"""
            <h1>{app} would like to connect to a workspace</h1>
            <p>It could then read and change what is in that workspace, in your name.</p>
            <form method="post" action="{OAuthPaths.Authorize}">
            {asked}{Hidden("response_type", "code")}{Hidden("owner", "user")}<fieldset>
            <legend>Who are you, and which workspace is it?</legend>
            {Choices(consenters)}</fieldset>
            <p><button name="{Decision}" value="{Allow}">Allow access</button><button name="{Decision}" value="{Cancel}">Cancel</button></p>
            </form>
            <p class="note">Either way you go back to <code>{back}</code>. This is a pretend Notion: the people and workspaces are made up.</p>
            """);
    }

    public static PageResponse Problem(string sentence) => new("Cannot connect", $"""
        <h1>This cannot be connected</h1>
        <p>{Safe(sentence)}</p>
        <p class="note">Nobody is sent back from here, because it is not certain where to. Tell the person who gave you the link.</p>
        """)
    {
        Status = 400,
    };

    private static string Choices(IReadOnlyList<Consenter> consenters)
    {
        var choices = new StringBuilder();
        foreach (var (place, choice) in consenters.Index())
        {
            var isChecked = place == 0 ? " checked" : "";
            choices.Append($"<label><input type=\"radio\" name=\"{Who}\" value=\"{Safe(choice.Key)}\"{isChecked}> ");
            choices.Append($"{Safe(choice.Person.Name)} in {Safe(choice.Workspace.Name)}</label>\n");
        }

        return choices.ToString();
    }

    private static string Hidden(string name, string? value) =>
        value is null ? "" : $"<input type=\"hidden\" name=\"{name}\" value=\"{Safe(value)}\">\n";

    private static string Safe(string text) => HtmlEncoder.Default.Encode(text);
}
