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
    private const string MovedPrefix = "moved-";

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

    /// <summary>What stands for the open items, or the advances, that left an account with this entry.</summary>
    internal static string Leaving(long sequence) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{MovedPrefix}{sequence}");

    /// <summary>The credit closes what left for the survivor's account.</summary>
    internal static bool IsLeaving(string reference) =>
        reference.StartsWith(MovedPrefix, StringComparison.Ordinal) && !reference.Contains("!!", StringComparison.Ordinal);

    /// <summary>The name that an item of a merged account has in the survivor's. The sequence keeps apart what left it under one name at two times.</summary>
    internal static string Arrived(string account, long sequence, string item) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{ArrivedFrom(account)}{sequence}!{item}");

    internal static string ArrivedFrom(string account) => $"{MovedPrefix}{account}!!";

    /// <summary>The account that an item came from, and its name there; null for one that was never moved.</summary>
    internal static (string Account, string Item)? Origin(string item)
    {
        if (!item.StartsWith(MovedPrefix, StringComparison.Ordinal) || item.IndexOf("!!", StringComparison.Ordinal) is not (> 0 and var end))
            return null;
        var account = item[MovedPrefix.Length..end];
        return Origin(account, item) is { } name ? (account, name) : null;
    }

    /// <summary>The name that it had in the merged account; null for an item of another origin.</summary>
    internal static string? Origin(string account, string item)
    {
        var from = ArrivedFrom(account);
        return item.StartsWith(from, StringComparison.Ordinal) && item.IndexOf('!', from.Length) is var end and > 0 ? item[(end + 1)..] : null;
    }

    /// <summary>The credit is no money: it closes what nobody will pay.</summary>
    public static bool IsWriteOff(string credit) =>
        credit.StartsWith(WriteOffPrefix, StringComparison.Ordinal) || credit.StartsWith(SmallPrefix, StringComparison.Ordinal);

    /// <summary>Money went out for the item, to the customer or to another account, so that what settles it stays with it.</summary>
    public static bool IsSpent(string item) =>
        item.StartsWith(PayoutPrefix, StringComparison.Ordinal) || IsLeaving(item);
}
