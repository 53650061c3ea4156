namespace Vade.Documents;

/// <summary>Who sells or buys, as printed: empty parts leave no trace.</summary>
/// <param name="Name">The name or legal title, with its case as it was given.</param>
public sealed record Party(string Name)
{
    /// <summary>The tax office (vergi dairesi), where the country prints one.</summary>
    public string? TaxOffice { get; init; }

    /// <summary>What the tax id is called there: VKN, TCKN, RUT, VÖEN, ИНН.</summary>
    public string? TaxIdLabel { get; init; }

    public string? TaxId { get; init; }

    /// <summary>The address and whatever else belongs below the name, a line each.</summary>
    public IReadOnlyList<string> AddressLines { get; init; } = [];
}
