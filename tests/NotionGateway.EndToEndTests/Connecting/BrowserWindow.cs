using System.Text.Json.Nodes;
using NotionGateway.TestKit;

namespace NotionGateway.EndToEndTests.Connecting;

/// <summary>A window of Chromium, in verbs, with everything that it has asked for and been told.</summary>
internal sealed class BrowserWindow
{
    private readonly DevTools _tools;

    private BrowserWindow(DevTools tools) => _tools = tools;

    /// <summary>Every address that was asked for, redirects included.</summary>
    public IReadOnlyList<string> Requests => [.. Events("Network.requestWillBeSent").Select(request => (string)request["request"]!["url"]!)];

    /// <summary>Where requests said that they come from.</summary>
    public IReadOnlyList<string> Referrers => [.. Events("Network.requestWillBeSentExtraInfo").SelectMany(request => (JsonObject)request["headers"]!)
        .Where(header => header.Key.Equals("Referer", StringComparison.OrdinalIgnoreCase)).Select(header => (string)header.Value!)];

    /// <summary>What the browser complains of: a broken content security policy, a refused cookie.</summary>
    public IReadOnlyList<string> Complaints =>
        [.. Events("Log.entryAdded").Select(entry => entry["entry"]!.ToJsonString()), .. Events("Audits.issueAdded").Select(issue => issue.ToJsonString())];

    public static async Task<BrowserWindow> OpenAsync(DevTools tools)
    {
        var context = await tools.SendAsync("Target.createBrowserContext");
        var target = await tools.SendAsync(
            "Target.createTarget", new JsonObject { ["url"] = "about:blank", ["browserContextId"] = (string)context["browserContextId"]! });
        var attach = new JsonObject { ["targetId"] = (string)target["targetId"]!, ["flatten"] = true };
        tools.Session = (string)(await tools.SendAsync("Target.attachToTarget", attach))["sessionId"]!;
        foreach (var domain in new[] { "Page", "Network", "Runtime", "Log", "Audits" })
        {
            await tools.SendAsync($"{domain}.enable");
        }

        return new BrowserWindow(tools);
    }

    /// <summary>As from the address bar.</summary>
    public async Task GoAsync(string url)
    {
        var left = await MarkAsync();
        await _tools.SendAsync("Page.navigate", new JsonObject { ["url"] = url });
        await ArriveAsync(left);
    }

    public async Task BackAsync()
    {
        var left = await MarkAsync();
        var history = await _tools.SendAsync("Page.getNavigationHistory");
        var before = history["entries"]![(int)history["currentIndex"]! - 1]!;
        await _tools.SendAsync("Page.navigateToHistoryEntry", new JsonObject { ["entryId"] = (int)before["id"]! });
        await ArriveAsync(left);
    }

    /// <summary>Presses a button with the mouse, as a person does, and waits for the page that it leads to.</summary>
    public async Task PressAsync(string button)
    {
        var left = await MarkAsync();
        var box = JsonNode.Parse(await EvaluateAsync(
            $"(() => {{ const b = [...document.querySelectorAll('button')].find(b => b.textContent === '{button}').getBoundingClientRect(); " +
            $"return JSON.stringify([b.x + b.width / 2, b.y + b.height / 2]) }})()"))!;
        foreach (var what in new[] { "mousePressed", "mouseReleased" })
        {
            await _tools.SendAsync("Input.dispatchMouseEvent",
                new JsonObject { ["type"] = what, ["x"] = (double)box[0]!, ["y"] = (double)box[1]!, ["button"] = "left", ["clickCount"] = 1 });
        }

        await ArriveAsync(left);
    }

    public Task<string> HeadingAsync() => EvaluateAsync("document.querySelector('h1')?.textContent ?? ''");

    public Task<string> UrlAsync() => EvaluateAsync("location.href");

    /// <summary>The current document, without its address.</summary>
    public Task<string> HtmlAsync() => EvaluateAsync("document.documentElement.outerHTML");

    public async Task<IReadOnlyList<string>> HistoryAsync() =>
        [.. ((JsonArray)(await _tools.SendAsync("Page.getNavigationHistory"))["entries"]!).Select(entry => (string)entry!["url"]!)];

    public async Task<IReadOnlyList<JsonNode>> CookiesAsync() =>
        [.. ((JsonArray)(await _tools.SendAsync("Network.getCookies"))["cookies"]!).Select(cookie => cookie!)];

    public async Task<IReadOnlyList<JsonNode>> CookiesOfAsync(Uri site) =>
        [.. ((JsonArray)(await _tools.SendAsync("Network.getCookies", new JsonObject { ["urls"] = new JsonArray(site.AbsoluteUri) }))["cookies"]!)
            .Select(cookie => cookie!)];

    public Task ForgetCookiesAsync() => _tools.SendAsync("Network.clearBrowserCookies");

    /// <summary>Pictures of the page on a desk and on a phone, by day and by night; and whether it fits the phone's width.</summary>
    public async Task<bool> PictureAsync(string name)
    {
        var folder = Directory.CreateDirectory(Repository.PathOf("artifacts", "e2e", "pages")).FullName;
        var fits = true;
        foreach (var (what, width, height, scheme) in new[]
        {
            ("desk", 1280, 800, "light"), ("desk-night", 1280, 800, "dark"), ("phone", 360, 740, "light"), ("phone-night", 360, 740, "dark"),
        })
        {
            await _tools.SendAsync("Emulation.setDeviceMetricsOverride",
                new JsonObject { ["width"] = width, ["height"] = height, ["deviceScaleFactor"] = 1, ["mobile"] = what.StartsWith("phone") });
            await _tools.SendAsync("Emulation.setEmulatedMedia",
                new JsonObject { ["features"] = new JsonArray(new JsonObject { ["name"] = "prefers-color-scheme", ["value"] = scheme }) });
            fits &= await EvaluateAsync("String(document.documentElement.scrollWidth <= innerWidth)") == "true";
            var picture = await _tools.SendAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" });
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{name}-{what}.png"), Convert.FromBase64String((string)picture["data"]!));
        }

        await _tools.SendAsync("Emulation.clearDeviceMetricsOverride");
        return fits;
    }

    private async Task<string> EvaluateAsync(string expression)
    {
        var response = await _tools.SendAsync("Runtime.evaluate", new JsonObject { ["expression"] = expression, ["returnByValue"] = true });
        return (string?)response["result"]!["value"] ?? throw new InvalidOperationException(response.ToJsonString());
    }

    /// <summary>Marks the document, so that the next one can be told from it.</summary>
    private async Task<string> MarkAsync()
    {
        var mark = $"m{Events("Page.frameNavigated").Count()}";
        await EvaluateAsync($"window.mark = '{mark}'");
        return mark;
    }

    private Task ArriveAsync(string left) => SafetyNet.UntilAsync(
        async () =>
        {
            try
            {
                return await EvaluateAsync($"String(window.mark !== '{left}' && document.readyState === 'complete')") == "true";
            }
            catch (InvalidOperationException)
            {
                // Between two documents.
                return false;
            }
        },
        () => $"The browser went nowhere: {string.Join('\n', Complaints)}");

    private IEnumerable<JsonNode> Events(string name) => _tools.Events.Where(happened => happened.Name == name).Select(happened => happened.Content);
}
