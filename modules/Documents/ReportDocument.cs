using Vade.Kernel;

namespace Vade.Documents;

/// <summary>A table of many columns as printed, on pages that lie on their longer side. The same record gives the same bytes.</summary>
public sealed record ReportDocument
{
    /// <inheritdoc cref="InvoiceDocument.Language"/>
    public required Language Language { get; init; }

    /// <inheritdoc cref="InvoiceDocument.Identity"/>
    public required string Identity { get; init; }

    /// <inheritdoc cref="InvoiceDocument.IssuedAt"/>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Whose figures they are.</summary>
    public required Party Organisation { get; init; }

    public required string Title { get; init; }
    public Rgb Accent { get; init; } = Rgb.DefaultAccent;

    /// <summary>What the figures are of: range, currency, filters; each a label and a value.</summary>
    public required IReadOnlyList<(string Label, string? Value)> Facts { get; init; }

    public required IReadOnlyList<ReportDocumentColumn> Columns { get; init; }

    /// <summary>A text for each column, written for the reader.</summary>
    public required IReadOnlyList<string[]> Rows { get; init; }

    /// <summary>A text for each column, in bold below the rows; null for none.</summary>
    public string[]? Totals { get; init; }

    /// <summary>A sentence instead of a table without rows.</summary>
    public required string Empty { get; init; }
}

/// <param name="IsNumber">Aligned on the right.</param>
/// <param name="TakesRest">As wide as the others leave: for names.</param>
public sealed record ReportDocumentColumn(string Header, bool IsNumber = false, bool TakesRest = false);
