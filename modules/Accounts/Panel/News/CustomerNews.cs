using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Something that happened to a customer, in the reader's words.</summary>
/// <param name="At">UTC.</param>
/// <param name="Text">What it was: "Invoice VAD2026000000017, 1.200,00 ₺".</param>
/// <param name="Detail">By whom, to whom, why; null where there is no more to say.</param>
/// <param name="Tone">Whether somebody should look at it.</param>
public sealed record CustomerNewsItem(DateTimeOffset At, string Text, string? Detail = null, Tone Tone = Tone.Plain);

/// <summary>A module that knows something of what happened to a customer.</summary>
public interface ICustomerNews
{
    /// <summary>All it knows, in any order. Costs no more than reading the rows of this one account.</summary>
    Task<IReadOnlyList<CustomerNewsItem>> Of(string account, Language language, CancellationToken cancellation);
}

/// <summary>What this module knows: the entries of the ledger, who looked at papers, and what staff noted.</summary>
internal sealed class AccountNews(LedgerReader ledger, PaperViews papers, CustomerNotes notes) : ICustomerNews
{
    private static Texts Texts => AccountsWords.Texts;

    public async Task<IReadOnlyList<CustomerNewsItem>> Of(string account, Language language, CancellationToken cancellation)
    {
        var items = new List<CustomerNewsItem>();
        foreach (var entry in await ledger.Entries(account, cancellation))
        {
            var amount = Formats.Money(new(Math.Abs(entry.Own), Currency.Of(entry.Currency)), language);
            items.Add(new(entry.PostedAt, $"{StatementPaper.Kind(entry.Kind, language)} {entry.Document}", entry.Own == 0m ? null : amount));
        }

        foreach (var (paper, number, view) in await papers.All(account, cancellation))
        {
            var by = Texts[language, $"news.by{view.By}"];
            items.Add(new(
                view.At,
                Texts.Format(language, view.Saved ? "news.saved" : "news.viewed", Texts[language, $"news.paper{paper}"], NumberOf(paper, number)),
                $"{(view.Who is { } who ? $"{by}: {who}" : by)} · {view.Agent}"));
        }

        foreach (var note in await notes.Of(account, cancellation))
            items.Add(new(note.At, note.Text, Texts.Format(language, "news.note", note.By)));
        return items;
    }

    // A document's looks are kept under its row: direction and number.
    private static string NumberOf(Paper paper, string number) =>
        paper == Paper.Document && number.IndexOf(Key.Separator, StringComparison.Ordinal) is >= 0 and var at ? Key.Parts(number[(at + 1)..])[0] : number;
}
