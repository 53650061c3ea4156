using Vade.Kernel;

namespace Vade.Documents;

/// <summary>An account's movements in one currency over a range of days, as printed. The same record gives the same bytes.</summary>
public sealed record StatementDocument
{
    /// <inheritdoc cref="InvoiceDocument.Language"/>
    public required Language Language { get; init; }

    /// <inheritdoc cref="InvoiceDocument.Identity"/>
    public required string Identity { get; init; }

    /// <inheritdoc cref="InvoiceDocument.IssuedAt"/>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Who keeps the account.</summary>
    public required Party Organisation { get; init; }

    /// <summary>Whose account it is.</summary>
    public required Party Customer { get; init; }

    /// <summary>The account's code; null prints nothing.</summary>
    public string? Account { get; init; }

    public Logo? Logo { get; init; }
    public Rgb Accent { get; init; } = Rgb.DefaultAccent;

    /// <summary>First and last day, both included.</summary>
    public required DateOnly From { get; init; }

    public required DateOnly To { get; init; }

    /// <summary>What was owed when the first day began; its currency is the statement's.</summary>
    public required Money Opening { get; init; }

    public required IReadOnlyList<StatementEntry> Entries { get; init; }
    public required Money Closing { get; init; }

    /// <summary>Paragraphs at the end.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>A movement.</summary>
/// <param name="Date">Its value date.</param>
/// <param name="Kind">What it was, in the statement's language: "Fatura".</param>
/// <param name="Document">The number of the paper behind it; null for none.</param>
/// <param name="Debit">What it added to the debt; zero prints nothing.</param>
/// <param name="Credit">What it took from the debt; zero prints nothing.</param>
/// <param name="Balance">What was owed after it.</param>
public sealed record StatementEntry(DateOnly Date, string Kind, string? Document, Money Debit, Money Credit, Money Balance);
