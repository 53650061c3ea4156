using System.Globalization;
using Vade.Kernel.Messaging;

namespace Vade.Accounts;

/// <summary>
/// Suggests a code for a new customer, in the way the codes that are there are made: C0017 after C0016. Only a
/// suggestion: a free number, found in some dozen reads however many customers there are.
/// </summary>
internal sealed class NextCode(CustomerDirectory directory)
{
    private const int DigitsMax = 9;

    public async Task<string> Suggest(CancellationToken cancellation)
    {
        var (rows, _) = await directory.Next(null, 2, cancellation);
        var way = Way.Of(rows.Select(row => AccountStore.CodeOf(row.Key)));
        return way.Write(await FirstFree(async number => await directory.Find(AccountStore.Of(way.Write(number)), cancellation) is null));
    }

    /// <summary>Doubles until a number is free, then halves the gap to the last that is taken: of codes given in a row, the next.</summary>
    internal static async Task<int> FirstFree(Func<int, Task<bool>> isFree)
    {
        var (taken, free) = (0, 1);
        while (!await isFree(free))
            (taken, free) = (free, free * 2);
        while (free - taken > 1)
        {
            var middle = taken + ((free - taken) / 2);
            if (await isFree(middle))
                free = middle;
            else
                taken = middle;
        }

        return free;
    }

    /// <summary>How codes are written: what stands before the number, and how many digits it has at least.</summary>
    internal sealed record Way(string Before, int Digits)
    {
        /// <summary>The way of the first code that ends with a number; plain numbers where none does.</summary>
        public static Way Of(IEnumerable<string> codes)
        {
            foreach (var code in codes)
            {
                var digits = code.Reverse().TakeWhile(char.IsAsciiDigit).Count();
                if (digits is > 0 and <= DigitsMax)
                    return new(code[..^digits], code[^digits] == '0' ? digits : 1);
            }

            return new("", 1);
        }

        public string Write(int number) => Before + number.ToString("D" + Digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
