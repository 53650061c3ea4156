using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Accounts;

/// <summary>
/// A customer as a caller or a file gives it. Only the title is required; what is null takes its default: country
/// and language are the organisation's, lists are empty, due days are those of billing's settings.
/// </summary>
/// <param name="TaxId">In any common form of the country.</param>
/// <param name="Country">ISO 3166 alpha-2 in any case.</param>
/// <param name="Language">tr, en, es, az or ru.</param>
/// <param name="Phone">In any common form; a number that has no international form is kept as it is, with a warning.</param>
/// <param name="DueDays">0 to 365 days from issue to due date.</param>
public sealed record CustomerBody(
    string? Title = null,
    string? TaxId = null,
    string? Country = null,
    string? Language = null,
    IReadOnlyList<string>? Emails = null,
    IReadOnlyList<string>? ReconciliationEmails = null,
    string? Phone = null,
    bool? WhatsApp = null,
    Address? Address = null,
    int? DueDays = null);

/// <summary>A rule that a value breaks, or what was noticed about one that was taken.</summary>
/// <param name="Field">The JSON path of the member, such as <c>emails[1]</c>.</param>
/// <param name="Code">Stable, such as <c>taxId.checkDigit</c>.</param>
/// <param name="Message">English, with the cure.</param>
public sealed record Remark(string Field, string Code, string Message);

/// <summary>What the rules made of a <see cref="CustomerBody"/>: a customer without its payer number, and the remarks.</summary>
/// <param name="Problems">Not empty: nothing is saved.</param>
internal sealed record CustomerDraft(Customer Customer, IReadOnlyList<Remark> Problems, IReadOnlyList<Remark> Warnings);

/// <summary>The rules of a customer as one pure function.</summary>
internal static class CustomerRules
{
    private const int CodeLengthMax = 64;
    private const int TitleLengthMax = 200;
    private const int AddressLengthMax = 200;
    private const int PhoneLengthMax = 40;
    private const int EmailsMax = 20;
    private const int DueDaysMax = 365;

    public static CustomerDraft Read(string code, CustomerBody body, OrganisationSettings organisation)
    {
        var (problems, warnings) = (new List<Remark>(), new List<Remark>());
        if (CodeProblem(code) is { } wrongCode)
            problems.Add(wrongCode);

        var title = body.Title?.Trim() ?? "";
        if (title.Length == 0)
            problems.Add(new("title", "title.required", "Give the customer's title."));
        else if (title.Length > TitleLengthMax)
            problems.Add(new("title", "title.length", $"A title has at most {TitleLengthMax} characters."));
        else if (!Words.ArePlain(title))
            problems.Add(new("title", "title.characters", "The title holds control characters; remove them."));

        var country = Country("country", body.Country, organisation.Country, problems);
        var language = Languages.Find(Filled(body.Language) ?? organisation.Language);
        if (language is null)
            problems.Add(new("language", "language.unknown", "Give tr, en, es, az or ru."));
        if (body.DueDays is < 0 or > DueDaysMax)
            problems.Add(new("dueDays", "dueDays.range", $"Give 0 to {DueDaysMax} days."));

        var phone = Phone(body, country, problems, warnings);
        return new(
            new(
                code,
                title,
                TaxIdOf(body.TaxId, country, organisation.TaxIdPolicy, problems, warnings),
                country,
                (language ?? Kernel.Language.En).Code(),
                Emails("emails", body.Emails, problems),
                Emails("reconciliationEmails", body.ReconciliationEmails, problems),
                phone,
                body.WhatsApp ?? false,
                AddressOf(body.Address, country, problems),
                body.DueDays,
                PayerNumber: ""),
            problems,
            warnings);
    }

    /// <summary>What is wrong with a customer's code or a document's number; null for one that can be kept.</summary>
    public static Remark? CodeProblem(string code, string field = "code") =>
        code.Length is 0 or > CodeLengthMax || !Key.CanHold(code) ? new(field, field + ".length", $"A {field} has 1 to {CodeLengthMax} characters; in another script than Latin, fewer.")
        : !Words.ArePlain(code) ? new(field, field + ".characters", $"The {field} holds control characters; remove them.")
        : null;

    private static string? TaxIdOf(string? text, string country, string policy, List<Remark> problems, List<Remark> warnings)
    {
        if (Filled(text) is not { } given)
            return null;
        switch (TaxId.Check(country, given))
        {
            case TaxIdCheck.Unreadable unreadable:
                problems.Add(new("taxId", "taxId." + Camel(unreadable.Reason.ToString()), Cure(unreadable.Reason, country)));
                return null;
            case TaxIdCheck.BadCheckDigit bad:
                // 11111111111 and 2222222222 are no typing errors, but an organisation that rejects wrong digits
                // wants no such buyer on its letters either (facts: domain trap 4).
                (policy == "warn" ? warnings : problems).Add(new("taxId", "taxId.checkDigit", bad.IsPlaceholder
                    ? $"{bad.Canonical} stands for a buyer without a tax id; leave taxId out."
                    : $"The check digit of {bad.TaxId.Masked} is wrong; look for a typing error."));
                return bad.Canonical;
            case var valid:
                return valid.Id?.Text;
        }
    }

    private static string? Phone(CustomerBody body, string country, List<Remark> problems, List<Remark> warnings)
    {
        var given = Filled(body.Phone);
        if (given is { Length: > PhoneLengthMax } || (given is not null && !Words.ArePlain(given)))
        {
            problems.Add(new("phone", "phone.length", $"A phone number has at most {PhoneLengthMax} characters, none of them a control character."));
            return null;
        }

        var isNumber = PhoneNumber.TryParse(given, country, out var number);
        if (given is not null && !isNumber)
            warnings.Add(new("phone", "phone.unknown", "The number has no international form; it is kept as it is and never written to."));
        if (body.WhatsApp == true && !(isNumber && number.CanBeMessaged))
            warnings.Add(new("whatsApp", "whatsApp.phone", "WhatsApp needs a mobile number in phone."));
        return isNumber ? number.E164 : given;
    }

    private static Address AddressOf(Address? given, string country, List<Remark> problems)
    {
        if (given is null)
            return new();
        string? Part(string field, string? text)
        {
            var part = Filled(text);
            if (part is { Length: > AddressLengthMax } || (part is not null && !Words.ArePlain(part)))
                problems.Add(new("address." + field, "address.length", $"A part of an address has at most {AddressLengthMax} characters, none of them a control character."));
            return part;
        }

        var address = new Address(
            Part("line", given.Line), Part("district", given.District), Part("city", given.City), Part("postalCode", given.PostalCode), Filled(given.Country));
        return address == new Address()
            ? address
            : address with { Country = address.Country is null ? country : Country("address.country", address.Country, country, problems) };
    }

    private static string[] Emails(string field, IReadOnlyList<string>? given, List<Remark> problems)
    {
        var emails = new List<string>();
        for (var i = 0; i < (given?.Count ?? 0); i++)
        {
            var email = given![i].Trim();
            if (!EmailAddress.IsValid(email))
                problems.Add(new($"{field}[{i}]", "email.syntax", "This is not an e-mail address such as name@example.com."));
            else if (!emails.Contains(email, StringComparer.OrdinalIgnoreCase))
                emails.Add(email);
        }

        if (given?.Count > EmailsMax)
            problems.Add(new(field, "email.count", $"Give at most {EmailsMax} addresses."));
        return [.. emails];
    }

    private static string Country(string field, string? given, string otherwise, List<Remark> problems)
    {
        var country = (Filled(given) ?? otherwise).ToUpperInvariant();
        if (!Countries.Has(country))
            problems.Add(new(field, "country.unknown", "Give the two letters of ISO 3166, such as TR."));
        return country;
    }

    private static string Cure(TaxIdProblem problem, string country) => (problem, country) switch
    {
        (TaxIdProblem.LeadingZero, _) => "The tax id must not begin with zero.",
        (TaxIdProblem.PersonDigit, _) => "The last digit of a VÖEN is 1 or 2.",
        (_, "TR") => "A Turkish tax id has ten (VKN) or eleven (TCKN) digits.",
        (_, "CL") => "A RUT has up to eight digits and a check character, such as 76086428-5.",
        (_, "AZ") => "A VÖEN has ten digits.",
        _ => "A tax id has at most 40 characters, none of them a control character.",
    };

    private static string Camel(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string? Filled(string? text) => string.IsNullOrWhiteSpace(text) ? null : text.Trim();
}

internal static class Words
{
    /// <summary>Text that reaches papers, headers and JSON as it is: no control character, no half of a character.</summary>
    public static bool ArePlain(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsControl(text[i]) || char.IsLowSurrogate(text[i]))
                return false;
            if (char.IsHighSurrogate(text[i]) && (++i == text.Length || !char.IsLowSurrogate(text[i])))
                return false;
        }

        return true;
    }
}
