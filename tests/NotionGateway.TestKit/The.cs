namespace NotionGateway.TestKit;

/// <summary>The fixed values that tests share: made up, but of the right form.</summary>
internal static class The
{
    public const string Key = "ngw_TheKeyThatTestsUse0123456789abcdefghijklmno";
    public const string OtherKey = "ngw_AnotherKeyThatTestsUse0123456789abcdefghijk";
    public const string OperatorKey = "ngw_TheKeyThatOperatorsUse0123456789abcdefghijk";
    public const string ViewerKey = "ngw_TheKeyThatViewersUse0123456789abcdefghijklmn";
    public const string NotionToken = "ntn_12345678901TheCanaryThatMustNeverBeSeenAnywh";
    public const string OtherToken = "ntn_98765432109TheSecondCanaryNeverToBeSeenEithe";
    public const string EncryptionKey = "TheEncryptionKeyThatMustNeverBeSeen+0123456789=";
    public const string PageId = "0f0f0f0f-1111-4222-8333-444444444444";
    public const string Caller = "crm";
}
