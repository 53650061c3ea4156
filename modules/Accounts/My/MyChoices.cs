namespace Vade.Accounts;

/// <summary>That a customer agreed to WhatsApp messages, or withdrew it.</summary>
/// <param name="Source">Where it was said: <c>my</c> for the customer's own pages.</param>
/// <param name="Phone">The number it was said for, E.164.</param>
public sealed record Consent(bool Given, DateTimeOffset At, string Source, string? Phone);

/// <summary>A value that a customer gave instead of the one that was there.</summary>
/// <param name="Before">What the organisation had: while it still says the same, the customer's own holds.</param>
public sealed record OwnValue<T>(T Own, T Before);

/// <summary>
/// What a customer has decided alone, on the own pages. It stands beside the customer's row, which an ERP replaces whole.
/// </summary>
/// <param name="SignedOutAt">Sessions that began by then are over.</param>
/// <param name="WithoutMail">The kinds of messages that are not wanted by e-mail.</param>
public sealed record MyChoices(
    DateTimeOffset? SignedOutAt = null,
    IReadOnlyList<string>? WithoutMail = null,
    Consent? WhatsApp = null,
    OwnValue<IReadOnlyList<string>>? Emails = null,
    OwnValue<string?>? Phone = null,
    OwnValue<string>? Language = null,
    OwnValue<bool>? WhatsAppOn = null)
{
    public bool WantsMail(string kind) => WithoutMail?.Contains(kind) != true;

    /// <summary>
    /// What an ERP sends, with the customer's own values where it repeats what it said before the customer changed
    /// them. What it says anew is newer than the customer's, and holds.
    /// </summary>
    internal Customer Over(Customer sent) => sent with
    {
        Emails = Emails is { } emails && Same(emails.Before, sent.Emails) ? emails.Own : sent.Emails,
        Phone = Phone is { } phone && phone.Before == sent.Phone ? phone.Own : sent.Phone,
        Language = Language is { } language && language.Before == sent.Language ? language.Own : sent.Language,
        WhatsApp = WhatsAppOn is { } on && on.Before == sent.WhatsApp ? on.Own : sent.WhatsApp,
    };

    /// <summary>Keeps what the customer changed, each with what the organisation had.</summary>
    internal MyChoices With(Customer before, Customer after) => this with
    {
        Emails = Same(before.Emails, after.Emails) ? Emails : new(after.Emails, Emails is { } emails && Same(emails.Own, before.Emails) ? emails.Before : before.Emails),
        Phone = before.Phone == after.Phone ? Phone : new(after.Phone, Phone is { } phone && phone.Own == before.Phone ? phone.Before : before.Phone),
        Language = before.Language == after.Language ? Language : new(after.Language, Language is { } language && language.Own == before.Language ? language.Before : before.Language),
        WhatsAppOn = before.WhatsApp == after.WhatsApp ? WhatsAppOn : new(after.WhatsApp, WhatsAppOn is { } on && on.Own == before.WhatsApp ? on.Before : before.WhatsApp),
    };

    private static bool Same(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.SequenceEqual(other, StringComparer.Ordinal);
}
