using static NotionGateway.UnitTests.OAuth.SomeGrants;

namespace NotionGateway.UnitTests.OAuth.Store;

public abstract partial class GrantStoreContract
{
    [Fact]
    public async Task A_link_is_used_once_and_stays_to_say_so()
    {
        var link = Link("link", Noon.AddHours(1));
        await Store.AddLinkAsync(link, Stop);
        Assert.Equal(link, await Store.FindLinkAsync(link.Digest, Stop));
        Assert.True(await Store.TryUseLinkAsync(link.Digest, Noon, Stop));
        Assert.False(await Store.TryUseLinkAsync(link.Digest, Noon, Stop));
        Assert.Equal(link with { UsedAt = Noon }, await Store.FindLinkAsync(link.Digest, Stop));
    }

    [Fact]
    public async Task A_link_that_has_expired_or_never_was_cannot_be_used()
    {
        var link = Link("link", Noon);
        await Store.AddLinkAsync(link, Stop);
        Assert.False(await Store.TryUseLinkAsync(link.Digest, Noon, Stop));
        Assert.False(await Store.TryUseLinkAsync(KeyDigest.Of("another"), Noon, Stop));
        Assert.Null((await Store.FindLinkAsync(link.Digest, Stop))!.UsedAt);
        Assert.True(await Store.TryUseLinkAsync(link.Digest, Noon.AddMilliseconds(-1), Stop));
    }

    [Fact]
    public async Task A_consent_is_taken_once_expired_or_not()
    {
        var consent = Consent("state", Noon);
        await Store.AddConsentAsync(consent, Stop);
        Assert.Null(await Store.TakeConsentAsync(KeyDigest.Of("another"), Stop));
        Assert.Equal(consent, await Store.TakeConsentAsync(consent.State, Stop));
        Assert.Null(await Store.TakeConsentAsync(consent.State, Stop));
    }
}
