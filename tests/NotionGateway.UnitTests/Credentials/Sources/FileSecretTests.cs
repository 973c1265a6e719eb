using System.Text;
using Microsoft.Extensions.DependencyInjection;
using NotionGateway.Credentials.Sources;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests.Credentials.Sources;

public sealed class FileSecretTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tokens").FullName;
    private readonly ISecretReader _reader;

    public FileSecretTests() => _reader = ReaderOf(TokenPath);

    private string TokenPath => Path.Combine(_folder, "token");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_with_a_newline_and_a_mark_is_read()
    {
        await File.WriteAllBytesAsync(TokenPath, [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(The.NotionToken + "\n")]);
        Assert.Equal(The.NotionToken, (await ReadAsync()).Text);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    public async Task A_file_with_no_token_in_it_is_a_problem(string content)
    {
        await File.WriteAllTextAsync(TokenPath, content);
        var reading = await ReadAsync();
        Assert.Null(reading.Text);
        Assert.Contains("cannot be used", reading.Problem);
    }

    [Fact]
    public async Task A_file_that_is_not_text_is_a_problem()
    {
        await File.WriteAllBytesAsync(TokenPath, [0xC3, 0x28]);
        Assert.Contains("not UTF-8", (await ReadAsync()).Problem);
    }

    [Fact]
    public async Task A_missing_file_and_a_folder_are_problems()
    {
        Assert.Contains("no such file", (await ReadAsync()).Problem);
        Assert.NotNull((await ReadAsync(_folder)).Problem);
    }

    [Fact]
    [Trait("Needs", "Unix")]
    public async Task An_endless_file_is_a_problem() => Assert.Contains("too large", (await ReadAsync("/dev/zero")).Problem);

    [Fact]
    [Trait("Needs", "Unix")]
    public async Task A_swap_of_the_link_two_levels_up_is_noticed()
    {
        // As the kubelet does it: token -> ..data/token, and ..data is swapped.
        Directory.CreateDirectory(Path.Combine(_folder, "..1"));
        Directory.CreateDirectory(Path.Combine(_folder, "..2"));
        await File.WriteAllTextAsync(Path.Combine(_folder, "..1", "token"), The.NotionToken);
        await File.WriteAllTextAsync(Path.Combine(_folder, "..2", "token"), The.OtherToken);
        File.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..1");
        File.CreateSymbolicLink(TokenPath, Path.Combine("..data", "token"));
        Assert.Equal(The.NotionToken, (await ReadAsync()).Text);
        Assert.False(_reader.MayHaveChanged());

        File.Delete(Path.Combine(_folder, "..data"));
        File.CreateSymbolicLink(Path.Combine(_folder, "..data"), "..2");

        Assert.True(_reader.MayHaveChanged());
        Assert.Equal(The.OtherToken, (await ReadAsync()).Text);
        Assert.False(_reader.MayHaveChanged());
    }

    [Fact]
    public async Task A_file_that_goes_and_comes_back_is_noticed_each_time_once()
    {
        await File.WriteAllTextAsync(TokenPath, The.NotionToken);
        await ReadAsync();
        File.Delete(TokenPath);
        Assert.True(_reader.MayHaveChanged());
        await ReadAsync();
        Assert.False(_reader.MayHaveChanged());
        await File.WriteAllTextAsync(TokenPath, The.NotionToken);
        Assert.True(_reader.MayHaveChanged());
    }

    [Fact]
    public async Task A_file_that_is_not_text_is_looked_at_again_only_when_it_has_changed()
    {
        await File.WriteAllBytesAsync(TokenPath, [0xFF, 0xFE, 0x6E, 0x00]);
        await ReadAsync();
        Assert.False(_reader.MayHaveChanged());
        await File.WriteAllTextAsync(TokenPath, The.NotionToken);
        Assert.True(_reader.MayHaveChanged());
    }

    [Fact]
    public async Task Looking_for_a_file_that_stays_away_throws_nothing()
    {
        await ReadAsync();
        Assert.Equal(0, ThrownMeanwhile(() => Assert.False(_reader.MayHaveChanged())));
    }

    /// <summary>How many exceptions this thread throws, those that are caught included: they are counted and shown as a sign of trouble.</summary>
    private static int ThrownMeanwhile(Action act)
    {
        var (thread, thrown) = (Environment.CurrentManagedThreadId, 0);
        void Count(object? sender, EventArgs told) => thrown += Environment.CurrentManagedThreadId == thread ? 1 : 0;
        AppDomain.CurrentDomain.FirstChanceException += Count;
        act();
        AppDomain.CurrentDomain.FirstChanceException -= Count;
        return thrown;
    }

    private static ISecretReader ReaderOf(string path) =>
        new FileSecret("Gateway:Credentials:default", SecretKind.NotionToken, path).CreateReader(new ServiceCollection().BuildServiceProvider());

    private Task<SourceReading> ReadAsync(string? path = null) => (path is null ? _reader : ReaderOf(path)).ReadAsync(TestContext.Current.CancellationToken);
}
