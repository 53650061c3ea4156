using Vade.Kernel;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>A postal address as it is printed.</summary>
/// <param name="Country">ISO 3166 alpha-2.</param>
public sealed record Address(string? Line = null, string? District = null, string? City = null, string? PostalCode = null, string? Country = null)
{
    /// <summary>The lines as a letter shows them; empty ones left out.</summary>
    public IReadOnlyList<string> Lines() =>
    [
        .. new[] { Line, string.Join(" ", new[] { PostalCode, District }.Where(part => !string.IsNullOrWhiteSpace(part))), City }
            .OfType<string>()
            .Where(line => !string.IsNullOrWhiteSpace(line)),
    ];
}

/// <summary>A customer as it is kept. Personal data stands only here and in snapshots, so that it can be erased (KVKK).</summary>
/// <param name="Code">The caller's own; any characters.</param>
/// <param name="TaxId">Canonical form of its country: ten or eleven digits, <c>76086428-5</c>, …</param>
/// <param name="Language">tr, en, es, az or ru: what this customer reads.</param>
/// <param name="Phone">E.164, or as it was given where it has no such form.</param>
/// <param name="DueDays">Days from issue to due date; null takes the organisation's.</param>
/// <param name="PayerNumber">Nine digits, issued once, never reused.</param>
/// <param name="LinkGeneration">Raised to revoke every link that was ever sent to this customer.</param>
/// <param name="Revision">Raised with every change, so that a list's row is never written over by an older one.</param>
/// <param name="MergedInto">The code of the customer that this record became one with (decision 0009); null for one of its own.</param>
/// <param name="MergedFrom">Codes of those that became one with it, or are about to: it stays what it is for good.</param>
public sealed record Customer(
    string Code,
    string Title,
    string? TaxId,
    string Country,
    string Language,
    IReadOnlyList<string> Emails,
    IReadOnlyList<string> ReconciliationEmails,
    string? Phone,
    bool WhatsApp,
    Address Address,
    int? DueDays,
    string PayerNumber,
    int LinkGeneration = 1,
    int Revision = 1,
    string? MergedInto = null,
    IReadOnlyList<string>? MergedFrom = null)
{
    /// <summary>The language this customer reads.</summary>
    public Language Reader => Languages.Find(Language) ?? Kernel.Language.En;
}
