using NotionGateway.Bodies;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Bodies;

public sealed class BodyRulesTests
{
    private static readonly BodiesOptions Options = Configured.Forwarding().Bodies;

    [Theory]
    [InlineData("search", "application/json")]
    [InlineData("search", "application/json; charset=utf-8")]
    [InlineData("search", "Application/JSON")]
    [InlineData("search", null)]
    [InlineData("file_uploads.send", "multipart/form-data; boundary=x")]
    public void The_body_that_the_operation_takes_is_taken(string operation, string? type) =>
        Assert.Null(BodyRules.Check(Options, Some.Operation(operation), null, type, hasBody: true));

    [Theory]
    [InlineData("search", "application/grpc")]
    [InlineData("search", "application/x-www-form-urlencoded")]
    [InlineData("search", "application/jsonx")]
    [InlineData("search", "multipart/form-data; boundary=x")]
    [InlineData("file_uploads.send", "application/json")]
    [InlineData("file_uploads.send", null)]
    public void Any_other_is_not(string operation, string? type) =>
        Assert.Equal(RefusalReason.UnsupportedMediaType, BodyRules.Check(Options, Some.Operation(operation), null, type, hasBody: true)?.Reason);

    [Fact]
    public void Without_a_body_its_type_does_not_matter() =>
        Assert.Null(BodyRules.Check(Options, Some.Operation("search"), null, "text/plain", hasBody: false));

    [Fact]
    public void Only_an_allowed_version_may_be_sent()
    {
        var strict = Options with { AllowedNotionVersions = ["2022-06-28", "2025-09-03"] };
        Assert.Null(BodyRules.Check(strict, Some.Operation("search"), null, null, hasBody: false));
        Assert.Null(BodyRules.Check(strict, Some.Operation("search"), "2025-09-03", null, hasBody: false));
        Assert.Equal(RefusalReason.VersionNotAllowed, BodyRules.Check(strict, Some.Operation("search"), "2021-05-13", null, hasBody: false)?.Reason);
    }

    [Theory]
    [InlineData("sessions.create", "text/event-stream", true)]
    [InlineData("sessions.create", "application/json, text/event-stream;q=0.9", true)]
    [InlineData("sessions.create", "application/json", false)]
    [InlineData("search", "text/event-stream", false)]
    public void A_stream_is_what_is_asked_for_where_it_can_be_had(string operation, string accept, bool streams) =>
        Assert.Equal(streams, BodyRules.StreamsResponse(Some.Operation(operation), accept));

    [Theory]
    [InlineData("{}", true)]
    [InlineData(" [\n] ", true)]
    [InlineData("", false)]
    [InlineData("{", false)]
    [InlineData("{]", false)]
    [InlineData("{0}", false)]
    [InlineData("null", false)]
    public void An_empty_object_or_list_is_known_by_its_brackets(string body, bool empty) =>
        Assert.Equal(empty, BodyRules.IsEmptyJson(System.Text.Encoding.UTF8.GetBytes(body)));
}
