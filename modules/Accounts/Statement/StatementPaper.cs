using System.Globalization;
using Vade.Documents;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Web;

namespace Vade.Accounts;

/// <summary>What lets the reader of a paper hold the ledger to it.</summary>
/// <param name="Root">The newest signed daily root; null before the first.</param>
/// <param name="Page">Where a statement is verified.</param>
internal sealed record StatementSeal(SignedRoot? Root, string Page);

internal sealed class StatementSeals(Exports exports, Deployment deployment)
{
    public async Task<StatementSeal> Newest(CancellationToken cancellation) =>
        new(await exports.Newest(cancellation), deployment.UrlOf(VerifyEndpoints.Page));
}

/// <summary>A statement as a workbook and as a paper, in the customer's language.</summary>
internal static class StatementPaper
{
    private static Texts Texts => AccountsWords.Texts;

    public static byte[] Workbook(CustomerStatement asked)
    {
        var (statement, language) = (asked.Statement, asked.Customer.Reader);
        var digits = statement.Currency.MinorDigits;
        SheetCell[] opening = [statement.From, Texts[language, "opening"], default, default, default, statement.Opening];
        var rows = statement.Lines
            .Select(line => (IReadOnlyList<SheetCell>)[line.Entry.ValueOn, Kind(line.Entry.Kind, language), line.Entry.Document, line.Debit, line.Credit, line.Balance])
            .Prepend(opening);
        using var file = new MemoryStream();
        XlsxWriter.Write(file, language, new SheetDocument(
            Texts[language, "statement"],
            [
                SheetColumn.Date(Texts[language, "date"]),
                SheetColumn.Text(Texts[language, "kind"]),
                SheetColumn.Text(Texts[language, "document"]),
                SheetColumn.Money(Texts[language, "debit"], digits, total: true),
                SheetColumn.Money(Texts[language, "credit"], digits, total: true),
                SheetColumn.Money(Texts[language, "balance"], digits),
            ],
            rows)
        {
            Headings =
            [
                $"{asked.Organisation.Name}: {Texts[language, "statement"]}",
                $"{asked.Customer.Title} ({asked.Customer.Code})",
                $"{Formats.Date(statement.From, language)} – {Formats.Date(statement.To, language)}, {statement.Currency}",
            ],
            TotalLabel = Texts[language, "total"],
        });
        return file.ToArray();
    }

    public static byte[] Pdf(CustomerStatement asked, StatementSeal seal, DateTimeOffset now)
    {
        var (statement, customer, organisation) = (asked.Statement, asked.Customer, asked.Organisation);
        Money Amount(decimal amount) => new(amount, statement.Currency);
        return StatementPdf.Render(new()
        {
            Language = customer.Reader,
            // Which state of the ledger it shows: the sequence and the hash of its last entry.
            Identity = string.Create(CultureInfo.InvariantCulture, $"statement|{statement.Hash}|{statement.Sequence}|{statement.From:yyyy-MM-dd}|{statement.To:yyyy-MM-dd}|{statement.Currency}|{seal.Root?.Root}"),
            IssuedAt = now,
            Organisation = new(organisation.Name)
            {
                TaxOffice = organisation.TaxOffice,
                TaxIdLabel = Label(organisation.Country, organisation.TaxId),
                TaxId = organisation.TaxId,
                AddressLines = organisation.Address ?? [],
            },
            Customer = new(customer.Title)
            {
                TaxIdLabel = Label(customer.Country, customer.TaxId),
                TaxId = customer.TaxId,
                AddressLines = customer.Address.Lines(),
            },
            Account = customer.Code,
            Accent = Rgb.Find(organisation.Accent) ?? Rgb.DefaultAccent,
            From = statement.From,
            To = statement.To,
            Opening = Amount(statement.Opening),
            Entries = [.. statement.Lines.Select(line => new StatementEntry(
                line.Entry.ValueOn, Kind(line.Entry.Kind, customer.Reader), line.Entry.Document, Amount(line.Debit), Amount(line.Credit), Amount(line.Balance)))],
            Closing = Amount(statement.Closing),
            Notes = [.. Notes(statement, seal, customer.Reader)],
        });
    }

    private static IEnumerable<string> Notes(Statement statement, StatementSeal seal, Language language)
    {
        yield return Texts.Format(language, "seal.note", statement.Sequence.ToString(CultureInfo.InvariantCulture), statement.Hash);
        if (seal.Root is { } root)
            yield return Texts.Format(language, "seal.root", Formats.Date(root.Day, language), root.Root, seal.Page);
    }

    /// <summary>What an entry came from, as a reader calls it.</summary>
    internal static string Kind(PostingKind kind, Language language)
    {
        var name = kind.ToString();
        return Texts[language, $"kind.{char.ToLowerInvariant(name[0])}{name[1..]}"];
    }

    private static string? Label(string country, string? taxId) => taxId is null ? null : TaxId.Check(country, taxId).Id?.Label;
}
