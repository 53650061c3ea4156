using Vade.Billing;
using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Notifications;

/// <summary>A line of a letter: what it is called, and its value as the reader writes it.</summary>
internal sealed record Fact(string Label, string Value, bool IsStrong = false);

/// <summary>
/// What a message says, before it is HTML or plain text: every text is in the reader's language, nothing is encoded.
/// </summary>
/// <param name="Opening">The first words, which a list of mails shows beside the subject.</param>
/// <param name="Amount">The largest thing in the message; empty where it is not about money.</param>
/// <param name="Lead">One sentence: what is to be done, or that nothing is.</param>
/// <param name="Because">Why the reader gets this.</param>
/// <param name="Accent">#rrggbb</param>
internal sealed record Letter(
    Language Language,
    string Subject,
    string Opening,
    string Title,
    string Amount,
    string Lead,
    (string Label, string Url) Button,
    IReadOnlyList<Fact> Facts,
    IReadOnlyList<string> Notes,
    string Because,
    Party Seller,
    string Accent)
{
    public static readonly Texts Texts = Kernel.Texts.Of(typeof(Letter).Assembly);

    /// <summary>The organisation as a letter names it.</summary>
    public static Party Of(OrganisationSettings organisation) => new(
        organisation.Name, organisation.TaxId,
        organisation.TaxId is { } taxId ? TaxId.Check(organisation.Country, taxId).Id?.Label : null,
        organisation.TaxOffice, organisation.Address ?? [], organisation.Email, organisation.Phone);

    /// <summary>Who sends this, as the law wants it named: identity, address, how to be reached.</summary>
    public IEnumerable<string> SellerLines()
    {
        yield return Seller.Name;
        if (Seller.TaxId is { } taxId)
            yield return $"{Seller.TaxIdLabel} {taxId}{(Seller.TaxOffice is { } office ? $" · {office}" : "")}".Trim();
        if (Seller.Address.Count > 0)
            yield return string.Join(", ", Seller.Address);
        if (string.Join(" · ", new[] { Seller.Email, Seller.Phone }.Where(part => !string.IsNullOrWhiteSpace(part))) is { Length: > 0 } reach)
            yield return reach;
    }
}
