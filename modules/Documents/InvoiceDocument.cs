using Vade.Kernel;

namespace Vade.Documents;

/// <summary>
/// An invoice as printed: a snapshot that says everything the paper shows. The sums are taken as given and not checked
/// here; the same record gives the same bytes.
/// </summary>
public sealed record InvoiceDocument
{
    /// <summary>The language of the labels and of figures and dates.</summary>
    public required Language Language { get; init; }

    /// <summary>What makes this document this one, for ever: the first half of the PDF's identifier is its hash.</summary>
    public required string Identity { get; init; }

    /// <summary>The instant that the PDF gives as its creation; never the clock's.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    public required Party Seller { get; init; }
    public required Party Buyer { get; init; }

    /// <summary>Null prints the seller's name in its place.</summary>
    public Logo? Logo { get; init; }

    /// <summary>The organisation's colour; used for text only as dark as can be read.</summary>
    public Rgb Accent { get; init; } = Rgb.DefaultAccent;

    /// <summary>What the paper is called; null for the language's word for invoice.</summary>
    public string? Title { get; init; }

    public required string Number { get; init; }
    public required DateOnly IssuedOn { get; init; }
    public DateOnly? DueOn { get; init; }

    /// <summary>The period of service in the reader's words: "Kasım 2026".</summary>
    public string? Period { get; init; }

    public required IReadOnlyList<InvoiceLine> Lines { get; init; }

    /// <summary>One entry for each rate.</summary>
    public IReadOnlyList<InvoiceTax> Taxes { get; init; } = [];

    public required Money Net { get; init; }
    public required Money Total { get; init; }

    /// <summary>The total in words, as the caller's language writes it.</summary>
    public string? AmountInWords { get; init; }

    /// <summary>What the buyer owed before this invoice; negative for a credit. Null prints nothing, and so does zero.</summary>
    public Money? PastBalance { get; init; }

    /// <summary>What the buyer quotes when paying.</summary>
    public string? PayerNumber { get; init; }

    /// <summary>Where the invoice can be paid; printed as a link and as a QR code.</summary>
    public Uri? PayLink { get; init; }

    /// <summary>A sentence beside the code; null for the language's own.</summary>
    public string? PayText { get; init; }

    /// <summary>Paragraphs at the end.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Writes "cancelled" across every page and below the title.</summary>
    public bool Cancelled { get; init; }
}

/// <summary>A line of an invoice.</summary>
/// <param name="Description">What was sold.</param>
/// <param name="Quantity">How much; at most six decimals are printed.</param>
/// <param name="Unit">Its unit as printed: "ay", "m³"; null for none.</param>
/// <param name="UnitPrice">Net price of one in the currency of <paramref name="Net"/>; may be finer than its minor unit.</param>
/// <param name="TaxRate">Percent; null where the line bears no tax.</param>
/// <param name="Net">Negative for a credit.</param>
public sealed record InvoiceLine(string Description, decimal Quantity, string? Unit, decimal UnitPrice, decimal? TaxRate, Money Net);

/// <summary>The tax at one rate.</summary>
/// <param name="Rate">Percent.</param>
/// <param name="Base">What it was taken on.</param>
/// <param name="Amount">The tax.</param>
/// <param name="Name">The tax's name; null for the language's word for value-added tax.</param>
public sealed record InvoiceTax(decimal Rate, Money Base, Money Amount, string? Name = null);
