namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>A page, with what its headers depend on.</summary>
/// <param name="Status">The status of the response.</param>
/// <param name="Html">The complete document.</param>
/// <param name="LeadsToNotion">Whether it has the button that leads to Notion.</param>
internal sealed record ConnectPage(int Status, string Html, bool LeadsToNotion = false);
