using NotionGateway.Cli;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Cli;

public sealed class OperatorReplyTests
{
    private static readonly OperatorAddress From = new(new Uri("http://127.0.0.1:8082"), The.OperatorKey);

    [Theory]
    [InlineData(401, "invalid_key", "{}", "rejects the operator key")]
    [InlineData(400, "unknown_operation", "{}", "may be older")]
    [InlineData(404, "grant_not_found", """{"message":"There is no grant with this name."}""", "There is no grant with this name.")]
    [InlineData(404, "grant_not_found", """{"message":"\u001b[2J"}""", "\uFFFD[2J")]
    [InlineData(503, "store_unavailable", "not json", "returned 503 store_unavailable")]
    [InlineData(200, null, "<html>", "not the operator listener")]
    [InlineData(302, null, "", "not the operator listener")]
    [InlineData(404, null, "not found", "not the operator listener")]
    public void A_no_becomes_a_sentence(int status, string? reason, string body, string what)
    {
        var reply = OperatorReply.Read(status, reason, body, From);

        Assert.Null(reply.Body);
        Assert.Contains(what, reply.Problem);
        Assert.DoesNotContain(The.OperatorKey, reply.ToString());
    }

    [Fact]
    public void A_yes_is_what_was_asked_for()
    {
        var reply = OperatorReply.Read(200, null, """{"name":"crm/acme","count":1}""", From);

        Assert.Null(reply.Problem);
        Assert.Equal(
            ("crm/acme", "", ""), (OperatorReply.Text(reply.Body, "name"), OperatorReply.Text(reply.Body, "count"), OperatorReply.Text(reply.Body, "absent")));
    }
}
