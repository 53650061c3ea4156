namespace Vade.Accounts;

/// <summary>
/// The identities of what the office's own deeds open, settle or spend, apart from the row keys of invoices, documents and
/// payments that name all other items and credits.
/// </summary>
public static class Refs
{
    private const string OpeningPrefix = "opening-";
    private const string WriteOffPrefix = "writeoff-";
    private const string PayoutPrefix = "payout-";
    private const string SmallPrefix = "small-";

    /// <summary>The item at this place of an opening balance, from 0.</summary>
    internal static string Opening(string id, int place) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{OpeningPrefix}{id}-{place}");

    /// <summary>The advance of an opening balance.</summary>
    internal static string OpeningAdvance(string id) => OpeningPrefix + id;

    /// <summary>The credit that closes what is written off.</summary>
    internal static string WriteOff(string id) => WriteOffPrefix + id;

    /// <summary>The item that advances settle when they are paid out.</summary>
    internal static string Payout(string id) => PayoutPrefix + id;

    /// <summary>Of a payment's small differences: the credit that closes what it left open, or the item that takes what was too much.</summary>
    internal static string Small(string payment, long sequence) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{SmallOf(payment)}{sequence}");

    internal static string SmallOf(string payment) => $"{SmallPrefix}{payment}!";

    /// <summary>The credit is no money: it closes what nobody will pay.</summary>
    public static bool IsWriteOff(string credit) =>
        credit.StartsWith(WriteOffPrefix, StringComparison.Ordinal) || credit.StartsWith(SmallPrefix, StringComparison.Ordinal);

    /// <summary>Money went out for the item, so that what settles it cannot be moved to another.</summary>
    public static bool IsPayout(string item) => item.StartsWith(PayoutPrefix, StringComparison.Ordinal);
}
