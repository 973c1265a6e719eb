using System.Globalization;
using System.Text;
using NotionGateway.Caching.Store;

namespace NotionGateway.UnitTests.Caching.Store;

public sealed class SignedUrlsTests
{
    [Theory]
    [InlineData("{}", null)]
    [InlineData("""{"file":{"url":"https://x","expiry_time":"2026-01-02T03:04:05.000Z"}}""", "2026-01-02T03:04:05Z")]
    [InlineData("""{"a":{"expiry_time": "2026-01-02T04:00:00Z"},"b":{"expiry_time":"2026-01-02T03:00:00Z"}}""", "2026-01-02T03:00:00Z")]
    [InlineData("""{"expiry_time":null}""", null)]
    [InlineData("""{"text":"\\"expiry_time\\":\\"2020-01-01T00:00:00Z\\""}""", null)]
    [InlineData("""{"url":"https://s3/x?X-Amz-Date=20260102T030405Z&X-Amz-Expires=3600&a=b"}""", "2026-01-02T04:04:05Z")]
    [InlineData("""{"url":"https://s3/x?X-Amz-Expires=60&X-Amz-Date=20260102T030405Z"}""", "2026-01-02T03:05:05Z")]
    [InlineData("""{"u":"https://s3/x?X-Amz-Date=20260102T030405Z&X-Amz-Expires=3600","e":{"expiry_time":"2026-01-02T03:10:00Z"}}""", "2026-01-02T03:10:00Z")]
    public void The_earliest_end_counts(string json, string? end) => Assert.Equal(
        end is null ? null : DateTimeOffset.Parse(end, CultureInfo.InvariantCulture), SignedUrls.EarliestEnd(Encoding.UTF8.GetBytes(json)));

    [Theory]
    [InlineData("""{"expiry_time":"soon"}""")]
    [InlineData("""{"expiry_time":7}""")]
    [InlineData("""{"expiry_time":""")]
    [InlineData("""{"url":"https://s3/x?X-Amz-Expires=60"}""")]
    [InlineData("""{"url":"https://s3/x?X-Amz-Date=today&X-Amz-Expires=60"}""")]
    [InlineData("""{"url":"https://s3/x?X-Amz-Date=20260102T030405Z&X-Amz-Expires=99999999999"}""")]
    [InlineData("""{"text":"X-Amz-Date=99991231T235959Z&X-Amz-Expires=3600"}""")]
    [InlineData("""{"text":"X-Amz-Date=00010101T000000Z&X-Amz-Expires=-1"}""")]
    [InlineData("""{"url":"https://s3/x?X-Amz-Date=20260102T030405Z&X-Amz-Expires=604801"}""")]
    public void What_cannot_be_read_counts_as_expired(string json) =>
        Assert.Equal(DateTimeOffset.MinValue, SignedUrls.EarliestEnd(Encoding.UTF8.GetBytes(json)));
}
