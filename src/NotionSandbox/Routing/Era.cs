namespace NotionSandbox.Routing;

/// <summary>Under which versions an endpoint exists.</summary>
internal enum Era
{
    Always,
    BeforeDataSources,
    SinceDataSources,
}
