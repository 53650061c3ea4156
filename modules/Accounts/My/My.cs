using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>An item of the menu of <c>/my</c>, registered by the module that answers there.</summary>
/// <param name="Order">Lower stands further in front.</param>
/// <param name="Path">Such as <c>/my/invoices</c>.</param>
/// <param name="Count">How much is new there, for this account; null for a page that has no news.</param>
public sealed record MyMenuItem(
    int Order, string Path, Func<Language, string> Name, Func<IServiceProvider, string, CancellationToken, Task<int>>? Count = null);

/// <summary>The customer who is looking: every page of <c>/my</c> shows this account, whatever the address says.</summary>
/// <param name="IsFull">May also change contact data; a session that was begun by a limited method may not.</param>
/// <param name="Proof">What every form carries in the field <see cref="My.ProofField"/>.</param>
public sealed record MyVisitor(string Account, Customer Customer, Language Language, bool IsFull, string Proof)
{
    internal string Token { get; init; } = "";
}

/// <summary>A sentence at the head of a page.</summary>
/// <param name="Tone">well, wrong or empty.</param>
/// <param name="Url">Where the sentence leads, under <paramref name="UrlText"/>.</param>
public sealed record MyNote(string Text, string Tone = "", string? Url = null, string? UrlText = null);

/// <summary>What stands around every page of <c>/my</c>, already written for its reader.</summary>
public sealed record MyFrame(
    Look Look, Language Language, string Title, string Customer, string Proof, IReadOnlyList<MyFrameLink> Menu, IReadOnlyList<MyNote> Notes, Func<string, string> Url);

/// <param name="News">How much is new there; 0 for nothing.</param>
public sealed record MyFrameLink(string Name, string Url, bool IsHere, int News);

/// <summary>
/// The customer's own pages. A module maps its own into <see cref="MapMy"/>: who is not signed in is sent to the first
/// page, a form without its proof is refused kindly, contention never shows as an error, and nothing is cached.
/// </summary>
public static class My
{
    /// <summary>The hidden field of every form.</summary>
    public const string ProofField = "proof";
    private const int FormBytesMax = 256 * 1024;

    public static RouteGroupBuilder MapMy(this IEndpointRouteBuilder app) => app.MapGroup("/my").ExcludeFromDescription().AddEndpointFilter(Guard);

    /// <summary>Who is looking; only behind <see cref="MapMy"/>.</summary>
    public static MyVisitor Visitor(this HttpContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return (MyVisitor)context.Items[typeof(MyVisitor)]!;
    }

    /// <summary>The frame of a page.</summary>
    /// <param name="here">The menu item that it belongs to.</param>
    public static async Task<MyFrame> Frame(
        this HttpContext context, string title, string here, CancellationToken cancellation, params IReadOnlyList<MyNote> notes)
    {
        var (visitor, services) = (context.Visitor(), context.RequestServices);
        var menu = new List<MyFrameLink>();
        foreach (var item in services.GetServices<MyMenuItem>().OrderBy(item => item.Order))
        {
            menu.Add(new(
                item.Name(visitor.Language), PageLanguage.Keep(context.Request, item.Path), item.Path == here,
                item.Count is null || item.Path == here ? 0 : await item.Count(services, visitor.Account, cancellation)));
        }

        return new(
            await services.GetRequiredService<Looks>().Get(cancellation), visitor.Language, title, visitor.Customer.Title, visitor.Proof, menu, notes,
            path => PageLanguage.Keep(context.Request, path));
    }

    /// <summary>Nothing is here, or nothing of this customer's: the answer is the same.</summary>
    public static async Task<RazorComponentResult> NotFound(HttpContext context, CancellationToken cancellation)
    {
        var language = context.Visitor().Language;
        return Pages.Of<MyMessagePage>(
            new()
            {
                [nameof(MyMessagePage.Frame)] = await context.Frame(AccountsWords.Texts[language, "my.gone.title"], "", cancellation),
                [nameof(MyMessagePage.Text)] = AccountsWords.Texts[language, "my.gone.text"],
            },
            StatusCodes.Status404NotFound);
    }

    /// <summary>303: what was sent is done, the page is at that address.</summary>
    public static IResult SeeOther(HttpContext context, string path)
    {
        ArgumentNullException.ThrowIfNull(context);
        context.Response.Headers.Location = PageLanguage.Keep(context.Request, path);
        return TypedResults.StatusCode(StatusCodes.Status303SeeOther);
    }

    /// <summary>The date of a query's value; null when there is none that can be read.</summary>
    public static DateOnly? DateOf(HttpRequest request, string name)
    {
        ArgumentNullException.ThrowIfNull(request);
        return DateOnly.TryParseExact(
            request.Query[name].ToString(), "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var date)
            && date.Year is >= 1990 and <= 2100
                ? date
                : null;
    }

    internal static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapPost("/sign-out", async (HttpContext context, Sessions sessions, CancellationToken cancellation) =>
        {
            await sessions.End(context.Visitor().Token, cancellation);
            sessions.TakeFrom(context.Response);
            return SeeOther(context, "/");
        });
        my.MapPost("/sign-out/everywhere", async (HttpContext context, Sessions sessions, CancellationToken cancellation) =>
        {
            await sessions.EndAll(context.Visitor().Account, cancellation);
            await sessions.End(context.Visitor().Token, cancellation);
            sessions.TakeFrom(context.Response);
            return SeeOther(context, "/");
        });
        my.MapGet("/{*path}", (HttpContext context, CancellationToken cancellation) => NotFound(context, cancellation)).WithOrder(1_000);
    }

    private static async ValueTask<object?> Guard(EndpointFilterInvocationContext call, EndpointFilterDelegate next)
    {
        var context = call.HttpContext;
        var (request, cancellation) = (context.Request, context.RequestAborted);
        context.Response.Headers.CacheControl = "no-store";
        try
        {
            var sessions = context.RequestServices.GetRequiredService<Sessions>();
            if (await sessions.Find(request, cancellation) is not var (session, customer, token))
                return SeeOther(context, "/");
            context.Items[typeof(MyVisitor)] = new MyVisitor(
                session.Account, customer, PageLanguage.Of(request, customer.Reader), session.Level == SessionLevel.Full, sessions.Proof(token)) { Token = token };
            if (HttpMethods.IsPost(request.Method) && !await HasProof(request, sessions.Proof(token), cancellation))
                return await Message(context, "my.form", StatusCodes.Status400BadRequest, cancellation);
            return await next(call);
        }
        catch (StoreBusyException)
        {
            return await Message(context, "my.busy", StatusCodes.Status200OK, cancellation);
        }
    }

    private static async Task<bool> HasProof(HttpRequest request, string proof, CancellationToken cancellation) =>
        await ReadForm(request, cancellation) is { } form && FixedTime.Equal(form[ProofField].ToString(), proof);

    /// <summary>The fields that were posted; null when they cannot be read as a form of ours.</summary>
    internal static async Task<IFormCollection?> ReadForm(HttpRequest request, CancellationToken cancellation)
    {
        try
        {
            return request is { HasFormContentType: true, ContentLength: null or <= FormBytesMax } ? await request.ReadFormAsync(cancellation) : null;
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or BadHttpRequestException)
        {
            return null;
        }
    }

    /// <summary>A page that says one thing, for whoever it is: <c>{key}.title</c> and <c>{key}.text</c>.</summary>
    internal static async Task<RazorComponentResult> Message(HttpContext context, string key, int status, CancellationToken cancellation)
    {
        var services = context.RequestServices;
        var language = context.Items[typeof(MyVisitor)] is MyVisitor visitor ? visitor.Language
            : PageLanguage.Of(context.Request, (await services.GetRequiredService<Settings>().Get(OrganisationSettings.Section, cancellation)).Reader);
        return Pages.Of<SayPage>(
            new()
            {
                [nameof(SayPage.Look)] = await services.GetRequiredService<Looks>().Get(cancellation),
                [nameof(SayPage.Language)] = language,
                [nameof(SayPage.Title)] = AccountsWords.Texts[language, key + ".title"],
                [nameof(SayPage.Text)] = AccountsWords.Texts[language, key + ".text"],
                [nameof(SayPage.BackUrl)] = PageLanguage.Keep(context.Request, "/my"),
            },
            status);
    }
}

internal static class AccountsWords
{
    public static Texts Texts { get; } = Texts.Of(typeof(AccountsWords).Assembly);
}
