using NotionGateway.Operator.Pages.Views;
using NotionGateway.Operator.Status;

namespace NotionGateway.UnitTests.Operator.Pages.Views;

public sealed class RequestsViewTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 28, 14, 5, 0, TimeSpan.Zero);

    private static readonly StatusSnapshot Status = new()
    {
        Requests = [Request("aaaa", "crm", 200, 2), Request("bbbb", "batch", 502, 4, "upstream_reset"), Request("cccc", "batch", 200, 5)],
        Denials = [Request("dddd", "batch", 429, 1, "wait_too_long"), Request("eeee", "unknown", 401, 3, "invalid_key"), Request("bbbb", "batch", 502, 4)],
    };

    [Fact]
    public void Requests_and_denials_are_one_list_with_each_of_them_once_and_the_newest_first() =>
        Assert.Equal(["dddd", "aaaa", "eeee", "bbbb", "cccc"], Ids(new RequestFilter()));

    [Theory]
    [InlineData("batch", "", "", "", "dddd bbbb cccc")]
    [InlineData("", "4xx", "", "", "dddd eeee")]
    [InlineData("", "429", "", "", "dddd")]
    [InlineData("", "", "invalid_key", "", "eeee")]
    [InlineData("", "", "", "AA", "aaaa")]
    [InlineData("", "", "", "n-cc", "cccc")]
    [InlineData("batch", "2xx", "", "", "cccc")]
    [InlineData("nobody", "", "", "", "")]
    [InlineData("", "xx", "", "", "")]
    [InlineData("", "<script>", "", "", "")]
    public void A_filter_takes_what_fits_all_of_it(string caller, string status, string reason, string id, string found) => Assert.Equal(
        found.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        Ids(new RequestFilter { Caller = caller, Status = status, Reason = reason, Id = id }));

    [Fact]
    public void Only_so_many_are_shown_and_all_are_counted()
    {
        var view = RequestsView.OfAll(
            new StatusSnapshot { Requests = [.. Enumerable.Range(0, 500).Select(number => Request($"{number}", "crm", 200, number))] }, new RequestFilter());

        Assert.Equal((100, 500, 500), (view.Requests.Count, view.Found, view.Remembered));
    }

    [Fact]
    public void The_filter_offers_what_is_there_and_keeps_what_was_chosen()
    {
        var view = RequestsView.OfAll(Status, new RequestFilter { Caller = "gone", Reason = "queue_full" });

        Assert.Equal(["batch", "crm", "gone", "unknown"], view.Callers);
        Assert.Equal(["invalid_key", "queue_full", "upstream_reset", "wait_too_long"], view.Reasons);
    }

    [Fact]
    public void A_filter_is_read_within_bounds_and_written_into_addresses_safely()
    {
        var filter = RequestFilter.Read(name => name == "id" ? $" {new string('x', 5000)} " : name == "caller" ? "a&b" : null);

        Assert.Equal(100, filter.Id.Length);
        Assert.StartsWith("/requests?caller=a%26b&id=x", filter.On("/requests"));
        Assert.Equal("/requests", new RequestFilter().On("/requests"));
        Assert.True(new RequestFilter().IsEmpty);
    }

    [Theory]
    [InlineData(200, Tone.Quiet)]
    [InlineData(404, Tone.Warn)]
    [InlineData(502, Tone.Bad)]
    public void A_status_is_marked_by_its_class(int status, string tone) => Assert.Equal(tone, RequestView.Of(Request("a", "crm", status, 0)).StatusTone);

    private static IEnumerable<string> Ids(RequestFilter filter) => RequestsView.OfAll(Status, filter).Requests.Select(request => request.Id);

    private static StatusRequest Request(string id, string caller, int status, int secondsAgo, string? reason = null) => new()
    {
        Id = id,
        NotionId = $"n-{id}",
        Caller = caller,
        Status = status,
        Reason = reason,
        At = Now.AddSeconds(-secondsAgo),
    };
}
