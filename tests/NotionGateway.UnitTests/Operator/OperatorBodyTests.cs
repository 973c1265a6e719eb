using System.Text;
using NotionGateway.Operator;

namespace NotionGateway.UnitTests.Operator;

public sealed class OperatorBodyTests
{
    [Fact]
    public void An_object_of_known_texts_is_read()
    {
        var members = Read("""{ "name": "\u0061cme", "app": "crm" }""", out var refusal);

        Assert.Null(refusal);
        Assert.Equal(("crm", "acme"), (members!["app"], members["name"]));
        Assert.False(members.ContainsKey("expires_in"));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("app=crm", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"app":"crm","name":"a"}{}""", "not JSON")]
    [InlineData("""{"app":"crm","name":"a",}""", "not JSON")]
    [InlineData("""{"app":"crm","name":"a"/**/}""", "not JSON")]
    [InlineData("""{'app':'crm'}""", "not JSON")]
    [InlineData("""{"app":"crm","name":"a","name":"b"}""", "stands twice")]
    [InlineData("""{"app":"crm","name":"a","n\u0061me":"b"}""", "stands twice")]
    [InlineData("""[]""", "must be an object")]
    [InlineData("null", "must be an object")]
    [InlineData("\"crm\"", "must be an object")]
    [InlineData("{}", "'app' is missing; 'name' is missing")]
    [InlineData("""{"app":"crm","name":"a","secret-thing":"x"}""", "a member that is not known")]
    [InlineData("""{"app":"crm","Name":"a"}""", "'name' is missing")]
    [InlineData("""{"app":"crm","name":1}""", "'name' must be a text")]
    [InlineData("""{"app":"crm","name":null}""", "'name' must be a text")]
    [InlineData("""{"app":"crm","name":["a"]}""", "'name' must be a text")]
    [InlineData("""{"app":"crm","name":"a","expires_in":60}""", "'expires_in' must be a text")]
    [InlineData("""{"app":"crm","name":"\ud800"}""", "not JSON in UTF-8")]
    [InlineData("""{"app":"crm","name":"a","\ud800":"x"}""", "not JSON")]
    public void Anything_else_is_refused_and_not_repeated(string body, string what)
    {
        Assert.Null(Read(body, out var refusal));

        Assert.Equal(RefusalReason.InvalidRequest, refusal!.Reason);
        Assert.Contains(what, refusal.Message);
        Assert.Contains("expires_in (optional)", refusal.Message);
        Assert.DoesNotContain("secret-thing", refusal.Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        Assert.Null(OperatorBody.Read(new byte[] { (byte)'{', (byte)'"', (byte)'a', (byte)'p', (byte)'p', (byte)'"', (byte)':', (byte)'"', 0xFF, (byte)'"', (byte)'}' }, ["app"], out var refusal));
        Assert.Equal(RefusalReason.InvalidRequest, refusal!.Reason);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.Null(Read(string.Concat(Enumerable.Repeat("[", 10_000)), out var refusal));
        Assert.NotNull(refusal);
    }

    private static IReadOnlyDictionary<string, string>? Read(string body, out Refusal? refusal) => OperatorBody.Read(Encoding.UTF8.GetBytes(body), ["app", "name", "expires_in?"], out refusal);
}
