namespace NotionGateway.UnitTests;

public sealed class BackoffTests
{
    private static readonly Backoff Some = new(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(5));

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(1, 0.1)]
    [InlineData(2, 0.2)]
    [InlineData(6, 3.2)]
    [InlineData(7, 5)]
    [InlineData(100, 5)]
    [InlineData(int.MaxValue, 5)]
    public void It_doubles_with_each_failure_up_to_the_longest(int failures, double seconds) => Assert.Equal(seconds, Some.After(failures).TotalSeconds, 6);

    [Theory]
    [InlineData(0, 0.1)]
    [InlineData(0.5, 0.15)]
    [InlineData(1, 0.2)]
    public void Jitter_takes_up_to_half_of_it(double chance, double seconds) => Assert.Equal(seconds, Some.After(2, chance).TotalSeconds, 6);

    [Fact]
    public void The_longest_counts_even_if_the_first_is_longer() =>
        Assert.Equal(TimeSpan.FromSeconds(1), new Backoff(TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1)).After(1));
}
