using System.Net;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using NotionGateway.TestKit;

namespace NotionGateway.UnitTests;

/// <summary>The example for C# on the page about identities, compiled and used.</summary>
public sealed class IdentitiesPageTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("notion-gateway-test-");

    [Fact]
    public async Task The_handler_sends_the_token_that_is_in_the_file_at_each_request()
    {
        var path = Path.Combine(_folder.FullName, "token");
        var handler = (DelegatingHandler)Activator.CreateInstance(Compile(Example()).GetType("TokenFileHandler")!, path)!;
        var seen = new List<string?>();
        handler.InnerHandler = new Recorder(seen);
        using var client = new HttpMessageInvoker(handler);
        foreach (var token in new[] { "one", "two\n" })
        {
            await File.WriteAllTextAsync(path, token);
            using var request = new HttpRequestMessage(HttpMethod.Get, "http://notion-gateway:8080/v1/users/me");
            (await client.SendAsync(request, default)).Dispose();
        }

        Assert.Equal(["Bearer one", "Bearer two"], seen);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string Example()
    {
        var page = Repository.Read("docs", "identities.md");
        var from = page.IndexOf("```csharp\n", StringComparison.Ordinal) + 10;
        return page[from..page.IndexOf("```", from, StringComparison.Ordinal)];
    }

    private static System.Reflection.Assembly Compile(string example)
    {
        const string Usings = "using System.Net.Http; using System.Net.Http.Headers; using System.IO; using System.Threading; using System.Threading.Tasks;\n";
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        using var assembly = new MemoryStream();
        var result = CSharpCompilation.Create(
            "Example", [CSharpSyntaxTree.ParseText(Usings + example)], references, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .Emit(assembly);
        Assert.Empty(result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        assembly.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(assembly);
    }

    private sealed class Recorder(List<string?> seen) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            seen.Add(request.Headers.Authorization?.ToString());
            return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
        }
    }
}
