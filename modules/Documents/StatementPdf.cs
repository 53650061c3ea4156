using Vade.Documents.Layout;
using Vade.Documents.Templates;
using Vade.Kernel;

namespace Vade.Documents;

/// <summary>An account statement as a PDF that can be archived (PDF/A-3b) and read aloud (PDF/UA-1).</summary>
public static class StatementPdf
{
    /// <inheritdoc cref="InvoicePdf.Render"/>
    public static byte[] Render(StatementDocument statement)
    {
        var language = statement.Language;
        var labels = Labels.In(language);
        var accent = statement.Accent.ReadableOnWhite();
        var currency = statement.Opening.Currency;
        var range = $"{Formats.Date(statement.From, language)} – {Formats.Date(statement.To, language)}";
        var title = $"{labels.Statement} {range}";
        using var sheet = new Sheet(
            Parts.Properties($"{title}, {statement.Customer.Name}", statement.Organisation, language, statement.IssuedAt, statement.Identity), title, labels.Page);

        var page = new Column();
        page.Head(statement.Organisation, statement.Logo, labels.Statement, "", mark: null, accent);
        page.Parties(labels, (labels.Issuer, statement.Organisation), (labels.AccountHolder, statement.Customer));
        page.Facts(accent, (labels.Account, statement.Account), (labels.Range, range), (labels.Currency, currency.Code));
        page.Table(table =>
        {
            table.Accent(accent).Dense().Auto(labels.Date).Relative(1, labels.Movement).Auto(labels.Document)
                .Auto(labels.Debit, Align.Right).Auto(labels.Credit, Align.Right).Auto(labels.Balance, Align.Right);
            string Amount(Money money) => Formats.Number(money.Amount, currency.MinorDigits, language);
            string AmountIfAny(Money money) => money.IsZero ? "" : Amount(money);
            table.Row(Formats.Date(statement.From, language), labels.OpeningBalance, "", "", "", Amount(statement.Opening));
            foreach (var entry in statement.Entries)
                table.Row(
                    Formats.Date(entry.Date, language), entry.Kind, entry.Document ?? "",
                    AmountIfAny(entry.Debit), AmountIfAny(entry.Credit), Amount(entry.Balance));
        });
        page.Totals(accent, [], (labels.ClosingBalance, Formats.Money(statement.Closing, language)));
        page.Notes(labels, statement.Notes);
        return sheet.Finish(page);
    }
}
