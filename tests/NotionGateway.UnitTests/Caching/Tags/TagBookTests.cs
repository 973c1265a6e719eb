using Microsoft.Extensions.Time.Testing;
using NotionGateway.Caching.Tags;

namespace NotionGateway.UnitTests.Caching.Tags;

public sealed class TagBookTests
{
    private static readonly Tag Page = new(TagKind.Object, 1);
    private static readonly Tag Other = new(TagKind.Object, 2);
    private static readonly Tag List = new(TagKind.Query, 1);

    private readonly FakeTimeProvider _time = new();
    private readonly TagBook _book;

    public TagBookTests()
    {
        _time.Advance(TimeSpan.FromDays(1));
        _book = new TagBook(_time);
    }

    [Fact]
    public void What_has_not_changed_is_true() => Assert.True(_book.IsTrue([Page, Other], _book.Now));

    [Fact]
    public void What_was_asked_for_before_a_change_is_not_true_and_what_was_asked_for_after_it_is()
    {
        var before = _book.Now;
        _book.Change([Page]);
        Assert.False(_book.IsTrue([Other, Page], before));
        Assert.True(_book.IsTrue([Other], before));
        Assert.True(_book.IsTrue([Other, Page], _book.Now));
    }

    [Fact]
    public void During_a_write_nothing_is_true_and_what_was_asked_for_during_it_never_is()
    {
        var before = _book.Now;
        _book.Begin([Page]);
        var during = _book.Now;
        Assert.False(_book.IsTrue([Page], during));
        _book.End([Page], [], TimeSpan.Zero);
        Assert.False(_book.IsTrue([Page], before));
        Assert.False(_book.IsTrue([Page], during));
        Assert.True(_book.IsTrue([Page], _book.Now));
    }

    [Fact]
    public void The_last_of_several_writes_counts()
    {
        _book.Begin([Page]);
        _book.Begin([Page]);
        _book.End([Page], [], TimeSpan.Zero);
        Assert.False(_book.IsTrue([Page], _book.Now));
        _book.End([Page], [], TimeSpan.Zero);
        Assert.True(_book.IsTrue([Page], _book.Now));
    }

    [Fact]
    public void What_a_write_turns_out_to_change_is_untrue_from_its_end()
    {
        _book.Begin([Page]);
        var during = _book.Now;
        _book.End([Page], [Other], TimeSpan.Zero);
        Assert.False(_book.IsTrue([Other], during));
    }

    [Fact]
    public void A_write_whose_end_is_not_known_rests_for_its_time_and_what_was_asked_for_meanwhile_is_never_true()
    {
        _book.Begin([Page]);
        _book.End([Page], [], TimeSpan.FromSeconds(60));
        _time.Advance(TimeSpan.FromSeconds(59));
        var late = _book.Now;
        Assert.False(_book.IsTrue([Page], late));
        _time.Advance(TimeSpan.FromSeconds(2));
        Assert.False(_book.IsTrue([Page], late));
        Assert.True(_book.IsTrue([Page], _book.Now));
    }

    [Fact]
    public void Lists_of_the_index_rest_for_five_seconds_after_each_change()
    {
        _book.Change([List]);
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(_book.IsTrue([List], _book.Now));
        _time.Advance(TimeSpan.FromSeconds(0.2));
        Assert.True(_book.IsTrue([List], _book.Now));
    }

    [Fact]
    public void When_everything_may_have_changed_nothing_of_before_is_true()
    {
        var before = _book.Now;
        _book.ChangeAll(TimeSpan.FromSeconds(10));
        Assert.False(_book.IsTrue([], before));
        Assert.False(_book.IsTrue([], _book.Now));
        _time.Advance(TimeSpan.FromSeconds(11));
        Assert.True(_book.IsTrue([Page], _book.Now));
    }

    [Fact]
    public void It_forgets_the_oldest_and_takes_what_depends_on_them_for_changed()
    {
        var first = _book.Now;
        _book.Begin([Page]);
        for (var id = 0; id <= TagBook.Most + 10; id++)
        {
            _book.Change([new Tag(TagKind.Children, (UInt128)id)]);
        }

        Assert.InRange(_book.Count, 1, TagBook.Most);
        Assert.False(_book.IsTrue([new Tag(TagKind.Children, 0)], first));
        Assert.False(_book.IsTrue([new Tag(TagKind.Markdown, 77)], first));
        Assert.True(_book.IsTrue([new Tag(TagKind.Children, 0)], _book.Now));
        Assert.False(_book.IsTrue([Page], _book.Now));
    }
}
