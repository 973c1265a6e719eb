using Microsoft.AspNetCore.Components;

namespace NotionGateway.OAuth.Connect.Pages;

/// <summary>A page, with what its headers depend on.</summary>
/// <param name="Status">The status of the response.</param>
/// <param name="Content">What renders the complete document.</param>
/// <param name="LeadsToNotion">Whether it has the button that leads to Notion.</param>
internal sealed record ConnectPage(int Status, RenderFragment Content, bool LeadsToNotion = false);
