using System.Text;
using NotionGateway.Operator;

namespace NotionGateway.UnitTests.Operator;

public sealed class OperatorBodyTests
{
    [Fact]
    public void An_object_of_known_texts_is_read()
    {
        var body = Read("""{ "name": "\u0061cme", "app": "crm" }""");

        Assert.Null(body.Refusal);
        Assert.Equal(new NewLink { App = "crm", Name = "acme", ExpiresIn = "1.00:00:00" }, body.Value);
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("app=crm", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("""{"app":"crm","name":"a"}{}""", "not JSON")]
    [InlineData("""{"app":"crm","name":"a",}""", "not JSON")]
    [InlineData("""{"app":"crm","name":"a"/**/}""", "not JSON")]
    [InlineData("""{'app':'crm'}""", "not JSON")]
    [InlineData("""{"app":"crm","name":"a","name":"b"}""", "may appear only once")]
    [InlineData("""{"app":"crm","name":"a","n\u0061me":"b"}""", "may appear only once")]
    [InlineData("""[]""", "must be an object")]
    [InlineData("null", "must be an object")]
    [InlineData("\"crm\"", "must be an object")]
    [InlineData("{}", "'app' is missing; 'name' is missing")]
    [InlineData("""{"app":"crm","name":"a","secret-thing":"x"}""", "an unknown member")]
    [InlineData("""{"app":"crm","Name":"a"}""", "an unknown member")]
    [InlineData("""{"app":"crm","name":1}""", "'name' must be a string")]
    [InlineData("""{"app":"crm","name":null}""", "'name' must be a string")]
    [InlineData("""{"app":"crm","name":["a"]}""", "'name' must be a string")]
    [InlineData("""{"app":"crm","name":"a","expires_in":60}""", "'expires_in' must be a string")]
    [InlineData("""{"app":"crm","name":"a","expires_in":null}""", "'expires_in' must be a string")]
    [InlineData("""{"app":{"app":"secret-thing"},"name":"a"}""", "'app' must be a string")]
    [InlineData("""{"app":"crm"}""", "'name' is missing")]
    [InlineData("""{"app":"crm","name":"\ud800"}""", "'name' must be a string")]
    [InlineData("""{"app":"crm","name":"a","\ud800":"x"}""", "not JSON")]
    public void Anything_else_is_refused_and_not_repeated(string body, string what)
    {
        var (value, refusal) = Read(body);

        Assert.Null(value);
        Assert.Equal(RefusalReason.InvalidRequest, refusal!.Reason);
        Assert.Contains(what, refusal.Message);
        Assert.Contains("Send a JSON object with app, name, expires_in (optional).", refusal.Message);
        Assert.DoesNotContain("secret-thing", refusal.Message);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        var (value, refusal) = OperatorBody.Read<NewName>([.. "{\"name\":\""u8, 0xFF, .. "\"}"u8]);

        Assert.Null(value);
        Assert.Equal(RefusalReason.InvalidRequest, refusal!.Reason);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        Assert.NotNull(Read(string.Concat(Enumerable.Repeat("[", 10_000))).Refusal);
        Assert.NotNull(Read("{\"app\":" + string.Concat(Enumerable.Repeat("[", 10_000))).Refusal);
    }

    private static OperatorBody<NewLink> Read(string body) => OperatorBody.Read<NewLink>(Encoding.UTF8.GetBytes(body));
}
