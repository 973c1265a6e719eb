namespace NotionGateway.UnitTests;

public sealed class RefusalTests
{
    // What version 1.0 of the JavaScript SDK and version 0.3 of the Python one know; later versions know these and more.
    // An SDK shows the message of an error only if it knows the code.
    private static readonly string[] Known =
    [
        "unauthorized", "restricted_resource", "object_not_found", "rate_limited", "invalid_json", "invalid_request_url", "invalid_request",
        "validation_error", "conflict_error", "internal_server_error", "service_unavailable",
    ];

    [Fact]
    public void Every_reason_is_in_the_list_once()
    {
        var fields = typeof(RefusalReason).GetFields().Where(field => field.FieldType == typeof(RefusalReason))
            .Select(field => (RefusalReason)field.GetValue(null)!).ToList();
        Assert.Equal(fields, RefusalReason.All);
        Assert.Equal(fields.Count, RefusalReason.All.Select(reason => reason.Name).Distinct().Count());
    }

    [Fact]
    public void Every_reason_has_a_code_that_SDKs_know() => Assert.All(RefusalReason.All, reason => Assert.Contains(reason.Code, Known));

    [Fact]
    public void What_passes_by_itself_says_when_to_come_back() => Assert.Equal(
        [
            "upstream_unreachable", "upstream_reset", "interrupted", "credential_unavailable", "store_unavailable", "issuer_unavailable", "overloaded",
            "shutting_down",
        ],
        RefusalReason.All.Where(reason => reason.RetryAfter is not null).Select(reason => reason.Name));

    [Fact]
    public void No_refusal_of_ours_is_mistaken_for_a_dead_key() =>
        Assert.Equal(
            [
                "missing_key", "invalid_key", "caller_disabled", "notion_token_presented", "token_malformed", "token_algorithm", "token_issuer",
                "token_key", "token_signature", "token_type", "token_audience", "token_expired", "token_not_yet_valid", "identity_unknown",
                "identity_ambiguous", "identity_conflict",
            ],
            RefusalReason.All.Where(reason => reason.Status == 401).Select(reason => reason.Name));

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-5000, 1)]
    [InlineData(1, 1)]
    [InlineData(1000, 1)]
    [InlineData(1001, 2)]
    [InlineData(16_500, 17)]
    [InlineData(600_000, 600)]
    [InlineData(86_400_000, 600)]
    public void The_wait_is_whole_seconds_from_one_to_six_hundred(int milliseconds, int expected) =>
        Assert.Equal(expected, RefusalResponse.RetryAfterSeconds(TimeSpan.FromMilliseconds(milliseconds)));
}
