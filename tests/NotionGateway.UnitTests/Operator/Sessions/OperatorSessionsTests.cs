using NotionGateway.Operator;
using NotionGateway.Operator.Sessions;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Operator.Sessions;

public sealed class OperatorSessionsTests
{
    private static readonly OperatorIdentity Ann = IdentityOf(The.OperatorKey, mayChange: true);

    private readonly TwoClocks _time = new(DateTimeOffset.UnixEpoch);
    private readonly OperatorKeys _keys = new(new OperatorOptions { Keys = [Ann.Key] });

    private OperatorSessions Sessions => field ??= new OperatorSessions(new OperatorProofs(_keys), _time);

    [Fact]
    public void A_session_is_found_by_its_id_and_ends_with_it()
    {
        var (id, session) = Sessions.Begin(Ann);

        Assert.Matches("^[0-9A-Za-z]{43}$", id);
        Assert.Same(session, Sessions.Find(id));
        Sessions.End(id);
        Assert.Null(Sessions.Find(id));
    }

    [Fact]
    public void An_id_that_a_browser_brings_along_begins_nothing()
    {
        var planted = new string('a', 43);
        var (id, _) = Sessions.Begin(Ann);

        Assert.NotEqual(planted, id);
        Assert.All([planted, "", null, id[..42], id + "a", id.ToUpperInvariant()], other => Assert.Null(Sessions.Find(other)));
    }

    [Fact]
    public void It_ends_after_thirty_minutes_without_use()
    {
        var (id, _) = Sessions.Begin(Ann);
        _time.Advance(OperatorSessions.LongestIdle - TimeSpan.FromSeconds(1));
        Assert.NotNull(Sessions.Find(id));

        _time.Advance(OperatorSessions.LongestIdle);
        Assert.Null(Sessions.Find(id));
        Assert.Equal(0, Sessions.Count);
    }

    [Fact]
    public void It_ends_after_eight_hours_however_it_is_used()
    {
        var (id, _) = Sessions.Begin(Ann);
        for (var minutes = 0; minutes < 8 * 60; minutes += 10)
        {
            Assert.NotNull(Sessions.Find(id));
            _time.Advance(TimeSpan.FromMinutes(10));
        }

        Assert.Null(Sessions.Find(id));
    }

    [Fact]
    public void It_ends_with_its_key_and_with_the_rights_of_its_key()
    {
        var (gone, _) = Sessions.Begin(IdentityOf(The.OtherKey, mayChange: true));
        var (degraded, _) = Sessions.Begin(Ann with { MayChange = false });

        Assert.Null(Sessions.Find(gone));
        Assert.Null(Sessions.Find(degraded));
    }

    [Fact]
    public void There_are_so_many_and_the_one_unused_longest_goes()
    {
        var first = Sessions.Begin(Ann).Id;
        var others = Enumerable.Range(1, OperatorSessions.Most - 1).Select(_ => Sessions.Begin(Ann).Id).ToList();
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull(Sessions.Find(first));

        Sessions.Begin(Ann);

        Assert.Equal(OperatorSessions.Most, Sessions.Count);
        Assert.NotNull(Sessions.Find(first));
        Assert.Single(others, id => Sessions.Find(id) is null);
    }

    [Fact]
    public void A_form_belongs_to_one_session()
    {
        var (one, other) = (Sessions.Begin(Ann).Session, Sessions.Begin(Ann).Session);

        Assert.True(one.IsOwnForm(one.FormToken));
        Assert.All([other.FormToken, "", one.FormToken[1..], one.FormToken + "x"], token => Assert.False(one.IsOwnForm(token)));
    }

    [Fact]
    public void A_session_has_one_live_view()
    {
        var session = Sessions.Begin(Ann).Session;
        var (first, second) = (session.BeginLive(), session.BeginLive());

        Assert.Equal((false, true), (session.IsLive(first), session.IsLive(second)));
    }

    [Fact]
    public void What_became_of_a_change_is_told_once_and_a_link_in_it_is_never_printed()
    {
        var session = Sessions.Begin(Ann).Session;
        session.Tell(new PageNotice(true, "A link was made.", "https://connect.example.com/connect/secret"));

        Assert.DoesNotContain("secret", $"{session.TakeNotice()}");
        Assert.Null(session.TakeNotice());
    }

    private static OperatorIdentity IdentityOf(string key, bool mayChange) => new(KeyDigest.Of(key).Short, KeyDigest.Of(key), mayChange);
}
