using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>A kind of message that a customer may do without by e-mail; registered by whoever sends it.</summary>
/// <param name="Kind">As the delivery log calls it: <c>receipt</c>.</param>
public sealed record OptionalMail(string Kind, int Order, Func<Language, string> Name);

/// <param name="Facts">What only the organisation changes.</param>
/// <param name="Waiting">Addresses whose confirmation is awaited.</param>
public sealed record MyContactView(
    MyFrame Frame, bool CanChange, IReadOnlyList<(string Name, string Value)> Facts, IReadOnlyList<string> Emails, IReadOnlyList<string> Waiting,
    string? Typed, string? TypedProblem, string Phone, string? PhoneProblem, IReadOnlyList<MyOption> Languages, bool WhatsApp, string? Consent,
    IReadOnlyList<MyOption> Mails);

/// <summary>How the customer is reached, and what is wanted by e-mail.</summary>
internal static class MyContact
{
    public const string Path = "/my/contact";

    /// <summary>What could not be taken: shown in place, with what was typed.</summary>
    private sealed record Typed(string? Email = null, string? EmailProblem = null, ContactWish? Wish = null, string? Phone = null, string? PhoneProblem = null);

    public static void Map(IEndpointRouteBuilder app)
    {
        var my = app.MapMy();
        my.MapGet("/contact", (HttpContext context, CancellationToken cancellation) => Show(context, new(), [], cancellation));
        my.MapPost("/contact", Save).DisableAntiforgery();
        my.MapPost("/contact/emails", Add).DisableAntiforgery();
        my.MapPost("/contact/emails/remove", Remove).DisableAntiforgery();

        // The token in the path is the proof: it is pressed in another program than the one that is signed in.
        var confirm = app.MapGroup("/my/confirm/{token}").ExcludeFromDescription().AddEndpointFilter(SignInEndpoints.Patience);
        confirm.MapGet("", async (string token, HttpContext context, ChangeContact contact, CancellationToken cancellation) =>
            await contact.Find(token, cancellation) is var (customer, wish)
                ? await ConfirmPage(context, token, customer, wish, cancellation)
                : await Message(context, "my.confirmOver", cancellation));
        confirm.MapPost("", async (string token, HttpContext context, ChangeContact contact, CancellationToken cancellation) =>
            await contact.Find(token, cancellation) is var (customer, wish) && await contact.Confirm(customer, wish, cancellation)
                ? await Message(context, "my.confirmed", cancellation)
                : await Message(context, "my.confirmOver", cancellation)).DisableAntiforgery();
    }

    private static async Task<IResult> Save(HttpContext context, ChangeContact contact, IEnumerable<OptionalMail> mails, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        if (!visitor.IsFull)
            return My.SeeOther(context, Path);
        var form = await context.Request.ReadFormAsync(cancellation);
        var typed = form["phone"].ToString().Trim();
        var isNumber = PhoneNumber.TryParse(typed, visitor.Customer.Country, out var number);
        var whatsApp = form["whatsApp"].Count > 0;
        var language = Languages.Find(form["language"]) ?? visitor.Customer.Reader;
        var wanted = form["mail"].OfType<string>().ToHashSet(StringComparer.Ordinal);
        var wish = new ContactWish(
            typed.Length == 0 ? null : isNumber ? number.E164 : visitor.Customer.Phone, language.Code(), whatsApp,
            [.. mails.OrderBy(mail => mail.Order).Select(mail => mail.Kind).Where(kind => !wanted.Contains(kind))]);
        var problem = typed.Length > 0 && !isNumber && typed != visitor.Customer.Phone ? "my.phoneProblem"
            : whatsApp && !(isNumber && number.CanBeMessaged) ? "my.whatsAppProblem"
            : null;
        if (problem is not null)
            return await Show(context, new(Wish: wish, Phone: typed.Length > 40 ? "" : typed, PhoneProblem: AccountsWords.Texts[visitor.Language, problem]), [], cancellation);
        await contact.Save(visitor.Account, wish, cancellation);
        return My.SeeOther(context, Path + "?saved");
    }

    private static async Task<IResult> Add(HttpContext context, ChangeContact contact, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        if (!visitor.IsFull)
            return My.SeeOther(context, Path);
        var address = (await context.Request.ReadFormAsync(cancellation))["email"].ToString().Trim();
        var problem = !EmailAddress.IsValid(address) ? "signIn.noAddress"
            : visitor.Customer.Emails.Contains(address, StringComparer.OrdinalIgnoreCase) ? "my.emailThere"
            : await contact.Wish(visitor.Customer, address, cancellation) ? null
            : "my.emailsFull";
        return problem is null
            ? My.SeeOther(context, Path + "?asked")
            : await Show(context, new(Email: address.Length > 254 ? "" : address, EmailProblem: AccountsWords.Texts[visitor.Language, problem]), [], cancellation);
    }

    private static async Task<IResult> Remove(HttpContext context, ChangeContact contact, CancellationToken cancellation)
    {
        var visitor = context.Visitor();
        if (visitor.IsFull)
            await contact.Remove(visitor.Account, (await context.Request.ReadFormAsync(cancellation))["email"].ToString(), cancellation);
        return My.SeeOther(context, Path + "?saved");
    }

    private static async Task<IResult> Show(HttpContext context, Typed typed, IReadOnlyList<MyNote> notes, CancellationToken cancellation)
    {
        var (visitor, services, query) = (context.Visitor(), context.RequestServices, context.Request.Query);
        var (customer, language) = (visitor.Customer, visitor.Language);
        var contact = services.GetRequiredService<ChangeContact>();
        var choices = await contact.Choices(visitor.Account, cancellation);
        string T(string key) => AccountsWords.Texts[language, key];
        if (query.ContainsKey("saved"))
            notes = [.. notes, new(T("my.saved"), "well")];
        if (query.ContainsKey("asked"))
            notes = [.. notes, new(T("my.emailAsked"))];
        if (!visitor.IsFull)
            notes = [.. notes, new(T("my.limited"))];
        var facts = new List<(string, string)> { (T("my.customer"), customer.Title) };
        if (customer.TaxId is { } taxId)
            facts.Add((TaxId.Check(customer.Country, taxId).Id?.Label ?? T("my.taxId"), taxId));
        if (customer.Address.Lines() is { Count: > 0 } lines)
            facts.Add((T("my.address"), string.Join(", ", lines)));
        facts.Add((T("my.payerNumber"), PayerNumber.TryParse(customer.PayerNumber, out var payer) ? payer.Grouped : customer.PayerNumber));
        var without = typed.Wish?.WithoutMail ?? choices.WithoutMail ?? [];
        return Pages.Of<MyContactPage>(new()
        {
            [nameof(MyContactPage.View)] = new MyContactView(
                await context.Frame(T("my.contact"), Path, cancellation, notes), visitor.IsFull, facts, customer.Emails,
                [.. (await contact.Wishes(visitor.Account, cancellation)).Select(wish => wish.Address)],
                typed.Email, typed.EmailProblem,
                typed.Phone ?? customer.Phone ?? "", typed.PhoneProblem,
                [.. Languages.All.Select(one => new MyOption(one.Code(), PageLanguage.Name(one), one.Code() == (typed.Wish?.Language ?? customer.Language)))],
                typed.Wish?.WhatsApp ?? customer.WhatsApp,
                choices.WhatsApp is { } consent && consent.Given == customer.WhatsApp
                    ? AccountsWords.Texts.Format(language, consent.Given ? "my.consentGiven" : "my.consentTaken", Formats.Date(DateOnly.FromDateTime(consent.At.UtcDateTime), language))
                    : null,
                [.. services.GetServices<OptionalMail>().OrderBy(mail => mail.Order).Select(mail => new MyOption(mail.Kind, mail.Name(language), !without.Contains(mail.Kind)))]),
        });
    }

    private static async Task<IResult> ConfirmPage(HttpContext context, string token, Customer customer, AddressWish wish, CancellationToken cancellation)
    {
        return Pages.Of<ConfirmAddressPage>(new()
        {
            [nameof(ConfirmAddressPage.Look)] = await context.RequestServices.GetRequiredService<Looks>().Get(cancellation),
            [nameof(ConfirmAddressPage.Language)] = PageLanguage.Of(context.Request, customer.Reader),
            [nameof(ConfirmAddressPage.Action)] = PageLanguage.Keep(context.Request, "/my/confirm/" + token),
            [nameof(ConfirmAddressPage.Address)] = wish.Address,
            [nameof(ConfirmAddressPage.Customer)] = customer.Title,
        });
    }

    private static async Task<IResult> Message(HttpContext context, string key, CancellationToken cancellation) =>
        await My.Message(context, key, StatusCodes.Status200OK, cancellation);
}
