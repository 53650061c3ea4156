using System.Collections.Concurrent;
using System.Text.Json;
using Microsoft.Playwright;

namespace Vade.BrowserTests;

/// <summary>A browser context with one page, which notes every error that the page or its policy raises.</summary>
internal sealed class Window : IAsyncDisposable
{
    private static readonly string Axe = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "axe.min.js"));
    private static readonly string Screenshots = ScreenshotFolder();

    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = [];

    public Window(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        Watch(page);
    }

    public IPage Page { get; }

    /// <summary>A second tab beside the first.</summary>
    public async Task<IPage> Tab()
    {
        var page = await _context.NewPageAsync();
        Watch(page);
        return page;
    }

    /// <summary>Nothing in the console, no refused style, image or form, no answer that failed.</summary>
    public void HadNoErrors() => Assert.True(_errors.IsEmpty, string.Join("\n", _errors));

    /// <summary>Clean by axe's rules for WCAG 2.2 AA and by its best practices.</summary>
    public async Task IsAccessible()
    {
        await Page.EvaluateAsync(Axe);
        var json = await Page.EvaluateAsync<string>("""
            async () => {
              const found = await axe.run(document, { resultTypes: ['violations'] });
              return JSON.stringify(found.violations.map(v => v.id + ': ' + v.help + ' ' + v.nodes.map(n => n.html).join(' ')));
            }
            """);
        var found = JsonSerializer.Deserialize<string[]>(json)!;
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    public async Task DoesNotScrollSideways() =>
        Assert.True(
            await Page.EvaluateAsync<bool>("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            $"{Page.Url} is wider than its screen.");

    public Task Picture(string name) => Page.ScreenshotAsync(new() { Path = Path.Combine(Screenshots, name + ".png"), FullPage = true });

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Watch(IPage page)
    {
        page.Console += (_, message) =>
        {
            // A browser asks for an icon by itself; that there is none is no fault of the page.
            if (message.Type is "error" or "warning" && !message.Location.Contains("/favicon.ico", StringComparison.Ordinal))
                _errors.Enqueue($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => _errors.Enqueue($"{page.Url}: {error}");
        page.Response += (_, response) =>
        {
            if (response.Status >= 400)
                _errors.Enqueue($"{response.Url} answered {response.Status}");
        };
    }

    private static string ScreenshotFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "global.json")))
            folder = folder.Parent;
        return Directory.CreateDirectory(Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "artifacts", "screenshots")).FullName;
    }
}
