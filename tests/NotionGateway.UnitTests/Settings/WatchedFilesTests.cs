using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using NotionGateway.Settings;

namespace NotionGateway.UnitTests.Settings;

public sealed class WatchedFilesTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("watched");
    private readonly FakeTimeProvider _time = new();
    private readonly List<string> _reloaded = [];
    private readonly List<string> _problems = [];
    private readonly string _path;

    public WatchedFilesTests() => _path = Path.Combine(_folder.FullName, "file");

    [Fact]
    public void The_first_value_is_loaded_when_it_is_asked_for_and_a_changed_one_at_most_a_second_later()
    {
        var files = Files();
        Assert.Equal("one", Current(files, "one"));
        Assert.Equal("one", Current(files, "two"));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("two", files.Current());
        Assert.Equal(["two"], _reloaded);
    }

    [Fact]
    public void Content_that_cannot_be_used_changes_nothing_and_is_told_once()
    {
        var files = Files();
        Assert.Equal("one", Current(files, "one"));
        File.WriteAllText(_path, "broken");
        for (var second = 0; second < 3; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal("one", files.Current());
        }

        Assert.Equal(["it is broken"], _problems);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("three", Current(files, "three"));
    }

    [Fact]
    public void A_file_that_is_gone_is_told_once_and_before_the_first_value_there_is_none()
    {
        var files = Files();
        Assert.Null(files.Current());
        Assert.Null(files.Current());
        Assert.Equal("one", Current(files, "one"));
        File.Delete(_path);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal("one", files.Current());
        Assert.All(_problems, problem => Assert.Equal("a file cannot be read", problem));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string? Current(WatchedFiles<string> files, string content)
    {
        File.WriteAllText(_path, content);
        return files.Current();
    }

    private WatchedFiles<string> Files() => new(
        [_path],
        contents => Encoding.UTF8.GetString(contents[0]) is var text and not "broken" ? text : throw new CryptographicException("Broken."),
        "it is broken",
        _reloaded.Add,
        _problems.Add,
        _time);
}
