using Vade.Kernel;
using Vade.Kernel.Storage;

namespace Vade.Billing;

/// <summary>Where the books of a kind of document stand. One row, replaced under its ETag only.</summary>
/// <param name="OpenRuns">Runs whose items must all issue before they close.</param>
internal sealed record NumberBook(IReadOnlyList<NumberCounter> Counters, IReadOnlyList<string> OpenRuns)
{
    public static NumberBook Empty { get; } = new([], []);

    /// <summary>The day of numbering, but never before the issue date of an earlier number of the series.</summary>
    public DateOnly IssueDate(string series, DateOnly today) =>
        Counters.Where(counter => counter.Series == series).Select(counter => counter.LastIssuedOn).Append(today).Max();

    /// <summary>The next number of the series in the year of this date.</summary>
    public long Next(string series, DateOnly issuedOn) =>
        Counters.FirstOrDefault(counter => counter.Series == series && counter.Year == issuedOn.Year)?.Next ?? 1;

    /// <summary>The book after so many numbers were given on this date.</summary>
    public NumberBook Give(string series, DateOnly issuedOn, int count) => this with
    {
        Counters =
        [
            .. Counters.Where(counter => counter.Series != series || counter.Year != issuedOn.Year),
            new(series, issuedOn.Year, checked(Next(series, issuedOn) + count), issuedOn),
        ],
    };
}

/// <param name="Next">The next number to give, from 1 each year.</param>
/// <param name="LastIssuedOn">No later number has an earlier issue date.</param>
internal sealed record NumberCounter(string Series, int Year, long Next, DateOnly LastIssuedOn);

/// <summary>The number that one document was given, keyed by the document: asked again, the same.</summary>
internal sealed record GivenNumber(string Number, DateOnly IssuedOn);

/// <summary>
/// Numbers without a gap (design §2). A run takes a block of them in one transaction with its sealed list; a
/// document made by hand takes one, keyed by its id, so that a crash between taking and using leaves no gap. All
/// series of a book share one row, so that no two workers, whatever year their clocks say, seal the same item.
/// </summary>
public sealed class Numbering(ITables tables, TimeProvider clock)
{
    public const string Invoices = "invoices";
    public const string Receipts = "receipts";
    private const string Book = "book";
    private const int TriesMax = 30;

    internal static string Partition(string book) => "numbers-" + book;

    internal Task<Stored<NumberBook>?> Read(string book, CancellationToken cancellation) =>
        tables.Find(BillingRows.Table, Partition(book), Book, BillingRows.BookType, cancellation);

    /// <summary>The change that moves the book on; whoever changed it since makes the commit fail.</summary>
    internal static Change Move(Stored<NumberBook>? before, NumberBook after) => before is null
        ? new Change.Insert(Book, BillingRows.BookType.Version, BillingRows.BookType.Write(after))
        : new Change.Replace(Book, BillingRows.BookType.Version, BillingRows.BookType.Write(after), before.ETag);

    /// <summary>The number and issue date of this document: taken now, or taken before.</summary>
    /// <param name="book"><see cref="Invoices"/> or <see cref="Receipts"/>.</param>
    /// <param name="series">Three of A-Z and 0-9; kept with the pending document, so that a change of settings cannot split it.</param>
    /// <param name="document">The document's identity within the organisation, as a legal key.</param>
    public async Task<(string Number, DateOnly IssuedOn)> Take(
        string book, string series, string document, DateOnly today, CancellationToken cancellation)
    {
        var key = "number-" + document;
        for (var attempt = 1; attempt <= TriesMax; attempt++)
        {
            if (await tables.Find(BillingRows.Table, Partition(book), key, BillingRows.GivenType, cancellation) is { Value: var taken })
                return (taken.Number, taken.IssuedOn);

            var stored = await Read(book, cancellation);
            var before = stored?.Value ?? NumberBook.Empty;
            var issuedOn = before.IssueDate(series, today);
            var number = InvoiceNumber.Format(series, issuedOn.Year, before.Next(series, issuedOn));
            if (await tables.Commit(
                BillingRows.Table,
                Partition(book),
                [
                    Move(stored, before.Give(series, issuedOn, 1)),
                    new Change.Insert(key, BillingRows.GivenType.Version, BillingRows.GivenType.Write(new(number, issuedOn))),
                ],
                cancellation))
            {
                return (number, issuedOn);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(Chance.Between(5, 20 * attempt)), clock, cancellation);
        }

        throw new StoreBusyException($"The numbers of {book} are being given by others.");
    }
}
