using System.Text;
using NotionGateway.TestKit;

namespace NotionGateway.IntegrationTests.Operator;

/// <summary>Attacks that must fail even with a valid operator key.</summary>
public sealed class OperatorAttackTests
{
    private const string Grants = "/operator/v1/grants";
    private const string Links = "/operator/v1/connect-links";

    [Theory]
    [InlineData("GET", $"{Grants}/crm/../crm/acme", 400, "unknown_operation")]
    [InlineData("GET", $"{Grants}/crm%2Facme", 400, "unknown_operation")]
    [InlineData("GET", $"{Grants}/crm/%61cme", 400, "unknown_operation")]
    [InlineData("GET", $"{Grants}/crm/acme/", 400, "unknown_operation")]
    [InlineData("GET", $"{Grants}/crm//acme", 400, "unknown_operation")]
    [InlineData("GET", $"/{Grants}", 400, "unknown_operation")]
    [InlineData("DELETE", $"{Grants}/crm/acme;x", 400, "unknown_operation")]
    [InlineData("DELETE", $"{Grants}/CRM/acme", 400, "unknown_operation")]
    [InlineData("DELETE", Grants, 400, "unknown_operation")]
    [InlineData("DELETE", $"{Grants}/crm/acme?force=1", 400, "invalid_request")]
    [InlineData("GET", $"{Grants}?app=crm&token=abc", 400, "invalid_request")]
    [InlineData("GET", $"{Grants}?app=crm&app=sales", 400, "invalid_request")]
    [InlineData("GET", $"{Grants}?after=crm%2F..%2Facme", 400, "invalid_request")]
    [InlineData("PATCH", $"{Grants}/crm/acme", 400, "unknown_operation")]
    [InlineData("PUT", $"{Grants}/crm/acme", 405, "method_not_allowed")]
    [InlineData("OPTIONS", Grants, 405, "method_not_allowed")]
    [InlineData("HEAD", Grants, 405, "method_not_allowed")]
    [InlineData("TRACE", Grants, 405, "method_not_allowed")]
    public async Task A_target_that_is_not_written_as_it_should_be_does_nothing(string method, string target, int status, string reason)
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");

        var response = await scene.ExchangeAsync(
            scene.Gateway.Operator, method, target, headers: "Origin: https://evil.example\r\nAccess-Control-Request-Method: DELETE\r\n");

        Assert.Equal((status, reason), (response.Status, response.Reason));
        Assert.DoesNotContain("Access-Control-Allow", response.Head, StringComparison.OrdinalIgnoreCase);
        Assert.Single(scene.Store.Grants);
        Assert.Empty(scene.World.Changes);
        Assert.EndsWith($"{reason} | {status}", scene.OneAuditLine());
    }

    [Theory]
    [InlineData("""{"app":"crm","name":"acme","admin":"true"}""", "unknown member")]
    [InlineData("""{"app":"crm","name":"acme","name":"beta"}""", "may appear only once")]
    [InlineData("""{"app":"crm"}""", "'name' is missing")]
    [InlineData("""{"app":"hr","name":"acme"}""", "the apps are crm, sales")]
    [InlineData("""{"app":"crm","name":"crm/acme"}""", "The name must be")]
    [InlineData("""{"app":"crm","name":"..\u002f..\u002fetc"}""", "The name must be")]
    [InlineData("""{"app":"crm","name":"acme\u001b[2J"}""", "The name must be")]
    [InlineData("""{"app":"crm","name":"acme","expires_in":"8.00:00:00"}""", "7.00:00:00")]
    [InlineData("""[{"app":"crm","name":"acme"}]""", "must be an object")]
    [InlineData("not json", "not JSON")]
    public async Task A_body_that_is_not_what_is_taken_makes_no_link(string body, string what)
    {
        await using var scene = await OperatorScene.StartAsync();

        var response = await scene.ExchangeAsync(
            scene.Gateway.Operator, "POST", Links,
            headers: $"Content-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n", body: body);

        Assert.Equal((400, "invalid_request"), (response.Status, response.Reason));
        Assert.Contains(what, response.Body);
        Assert.Empty(scene.Store.Links);
        Assert.Equal($"{OperatorScene.Who} | create_link | none | invalid_request | 400", scene.OneAuditLine());
        Assert.Equal(1, scene.Gateway.Metrics.Sum("notion_gateway.denials", ("caller", "(operator)"), ("reason", "invalid_request")));
        Assert.DoesNotContain(scene.Gateway.Logs.Lines, line => line.Text.Contains('\u001b'));
    }

    [Theory]
    [InlineData("Content-Length: 65537\r\n")]
    [InlineData("Content-Length: 9999999999\r\n")]
    public async Task A_body_that_is_too_large_is_not_read(string length)
    {
        await using var scene = await OperatorScene.StartAsync();

        var response = await scene.ExchangeAsync(scene.Gateway.Operator, "POST", Links, headers: $"Content-Type: application/json\r\n{length}");

        Assert.Equal((413, "body_too_large"), (response.Status, response.Reason));
        Assert.EndsWith("body_too_large | 413", scene.OneAuditLine());
    }

    [Fact]
    public async Task Nor_is_one_that_does_not_say_how_large_it_is()
    {
        await using var scene = await OperatorScene.StartAsync();
        var chunk = $"4000\r\n{new string(' ', 0x4000)}\r\n";

        var response = await scene.ExchangeAsync(
            scene.Gateway.Operator, "POST", Links, headers: "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
            body: string.Concat(Enumerable.Repeat(chunk, 5)) + "0\r\n\r\n");

        Assert.Equal((413, "body_too_large"), (response.Status, response.Reason));
    }

    [Fact]
    public async Task A_body_of_the_largest_size_is_read()
    {
        await using var scene = await OperatorScene.StartAsync();
        var body = """{"app":"crm","name":"acme"}""".PadRight(64 * 1024);

        Assert.Equal(
            201,
            (await scene.ExchangeAsync(
                scene.Gateway.Operator, "POST", Links, headers: $"Content-Type: application/json\r\nContent-Length: {body.Length}\r\n", body: body)).Status);
    }

    [Theory]
    [InlineData("Content-Type: text/plain\r\nContent-Length: 2\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 2\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Length: 2\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n", 415, "unsupported_media_type")]
    [InlineData("Content-Type: application/json\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n", 400, "malformed_request")]
    [InlineData("Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n", 400, "malformed_request")]
    [InlineData($"Authorization: Bearer {The.OperatorKey}\r\nContent-Type: application/json\r\nContent-Length: 2\r\n", 400, "malformed_request")]
    [InlineData("Content-Type: application/json\r\nTransfer-Encoding: gzip, chunked\r\n", 400, "malformed_request")]
    public async Task A_head_that_can_be_read_in_two_ways_is_refused(string headers, int status, string reason)
    {
        await using var scene = await OperatorScene.StartAsync();

        var response = await scene.ExchangeAsync(scene.Gateway.Operator, "POST", Links, headers: headers, body: "{}");

        Assert.Equal((status, reason), (response.Status, response.Reason));
        Assert.Single(scene.AuditLines());
    }

    [Fact]
    public async Task An_offer_to_change_the_protocol_is_ignored()
    {
        await using var scene = await OperatorScene.StartAsync();
        const string Body = """{"app":"crm","name":"acme"}""";

        var response = await scene.ExchangeAsync(
            scene.Gateway.Operator, "POST", Links,
            headers: $"Upgrade: websocket\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n", body: Body);

        Assert.Equal(201, response.Status);
    }

    [Fact]
    public async Task A_body_where_none_is_taken_is_refused_before_anything_is_done()
    {
        await using var scene = await OperatorScene.StartAsync("crm/acme");

        var response = await scene.ExchangeAsync(
            scene.Gateway.Operator, "POST", $"{Grants}/crm/acme/revoke", headers: "Content-Type: application/json\r\nContent-Length: 2\r\n", body: "{}");

        Assert.Equal((400, "invalid_request"), (response.Status, response.Reason));
        Assert.Equal($"{OperatorScene.Who} | revoke_grant | crm/acme | invalid_request | 400", scene.OneAuditLine());
        Assert.Single(scene.Store.Grants);
    }
}
