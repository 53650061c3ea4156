using Vade.Kernel;

namespace Vade.Documents;

/// <summary>A receipt for a payment, as printed. The same record gives the same bytes.</summary>
public sealed record ReceiptDocument
{
    /// <inheritdoc cref="InvoiceDocument.Language"/>
    public required Language Language { get; init; }

    /// <inheritdoc cref="InvoiceDocument.Identity"/>
    public required string Identity { get; init; }

    /// <inheritdoc cref="InvoiceDocument.IssuedAt"/>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Who received the money.</summary>
    public required Party Receiver { get; init; }

    public required Party Payer { get; init; }
    public Logo? Logo { get; init; }
    public Rgb Accent { get; init; } = Rgb.DefaultAccent;
    public required string Number { get; init; }
    public required DateOnly ReceivedOn { get; init; }
    public required Money Amount { get; init; }

    /// <summary>The amount in words, as the caller's language writes it.</summary>
    public string? AmountInWords { get; init; }

    /// <summary>How it was paid: "Kredi kartı **** 1234".</summary>
    public required string Means { get; init; }

    /// <summary>The provider's or the bank's reference.</summary>
    public string? Reference { get; init; }

    /// <summary>What the payment settles; may be empty.</summary>
    public IReadOnlyList<ReceiptAllocation> Allocations { get; init; } = [];

    /// <summary>What is left for later invoices; null or zero prints nothing.</summary>
    public Money? Advance { get; init; }

    /// <summary>Paragraphs at the end.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <inheritdoc cref="InvoiceDocument.Cancelled"/>
    public bool Cancelled { get; init; }
}

/// <summary>So much of a payment settles this invoice.</summary>
public sealed record ReceiptAllocation(string Invoice, Money Amount);
