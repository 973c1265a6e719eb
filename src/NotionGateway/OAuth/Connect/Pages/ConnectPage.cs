namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>A page as it goes out, with what its headers depend on.</summary>
/// <param name="Status">The status that it goes out with.</param>
/// <param name="Html">The whole document.</param>
/// <param name="LeadsToNotion">Whether it has the button that leads to Notion.</param>
internal sealed record ConnectPage(int Status, string Html, bool LeadsToNotion = false);
