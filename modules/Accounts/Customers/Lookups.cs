using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;

namespace Vade.Accounts;

/// <summary>That something belongs to an account: a payer number to one, a tax id to any number of them.</summary>
internal sealed record Lookup(string Account);

/// <summary>
/// Look-ups by which an account is found: rows of the table <c>lookups</c>, spread over many partitions and written
/// before the fact they point at. They only point; <see cref="CustomerReader"/> checks what it finds.
/// </summary>
internal sealed class Lookups(ITables tables, MasterKeys keys)
{
    internal const string Table = "lookups";
    private const int ProbesMax = 1_000;
    private static readonly RowType<Lookup> Type = new(AccountsJson.Default.Lookup);
    private readonly byte[] _key = keys.DeriveKey("payer-numbers");

    /// <summary>
    /// The payer number of this account: the first of a row of numbers, the account's own, that no other account has
    /// claimed. They look random, so that nobody guesses a neighbour's, and a claim that a crash left behind is found
    /// again by whoever repeats the work. A claim is never given up, so no number is ever used twice.
    /// </summary>
    public async Task<PayerNumber> ClaimPayerNumber(string account, CancellationToken cancellation)
    {
        for (var probe = 0; probe < ProbesMax; probe++)
        {
            var number = Candidate(account, probe);
            var (partition, key) = Place(number);
            if (await tables.Insert(Table, partition, key, new Lookup(account), Type, cancellation)
                || (await tables.Find(Table, partition, key, Type, cancellation))?.Value.Account == account)
                return number;
        }

        throw new InvalidOperationException("The payer numbers are used up.");
    }

    public async Task<string?> ByPayerNumber(PayerNumber number, CancellationToken cancellation)
    {
        var (partition, key) = Place(number);
        return (await tables.Find(Table, partition, key, Type, cancellation))?.Value.Account;
    }

    public Task PutTaxId(string country, string taxId, string account, CancellationToken cancellation)
    {
        var (partition, prefix) = Place(country, taxId);
        return tables.Put(Table, partition, prefix + account, new Lookup(account), Type, cancellation);
    }

    /// <summary>The accounts that ever had this tax id, at most a page of them.</summary>
    public async Task<IReadOnlyList<string>> ByTaxId(string country, string taxId, CancellationToken cancellation)
    {
        var (partition, prefix) = Place(country, taxId);
        var rows = await tables.Page(Table, partition, KeyRange.Prefix(prefix), TableLimits.PageRowsMax, Type, cancellation);
        return [.. rows.Select(row => row.Value.Account)];
    }

    private PayerNumber Candidate(string account, int probe)
    {
        var text = Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{probe} {account}"));
        var drawn = BinaryPrimitives.ReadUInt64BigEndian(HMACSHA256.HashData(_key, text));
        return PayerNumber.FromBody(PayerNumber.SmallestBody + (int)(drawn % (PayerNumber.LargestBody - PayerNumber.SmallestBody + 1)));
    }

    private static (string Partition, string Key) Place(PayerNumber number) =>
        ("payer-" + (number.Body % 100).ToString("00", CultureInfo.InvariantCulture), number.ToString());

    // Hashed, because a foreign tax id and a code may both be long, and a key may not.
    private static (string Partition, string Prefix) Place(string country, string taxId)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{country} {taxId}")));
        return ("tax-" + hash[..2], $"{hash[..32]}{Key.Separator}");
    }
}
