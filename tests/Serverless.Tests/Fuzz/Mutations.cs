using System.Numerics;
using CsCheck;

namespace Vade.Tests.Fuzz;

/// <summary>
/// Makes input that is almost right: a good seed, changed in a few places by bits, cuts, repetitions, another seed's
/// tail and the nasty pieces. Input that is all noise is refused at its first character and proves nothing.
/// </summary>
internal static class Mutations
{
    private enum Change { Nothing, FlipBit, Cut, Remove, Repeat, Splice, Overwrite, Swap, Cross, Multiply }

    private const int ChangesMax = 5;
    private const int LongestRepetition = 40;

    public static Gen<string> Of(params string[] seeds) =>
        Of(Array.ConvertAll(seeds, seed => seed.ToCharArray()), Array.ConvertAll(Nasty.Texts, text => text.ToCharArray())).Select(chars => new string(chars));

    public static Gen<byte[]> Of(params byte[][] seeds) => Of(seeds, Nasty.Bytes);

    /// <summary>Texts as UTF-8, so that bytes which are none come as well.</summary>
    public static Gen<byte[]> Utf8(params string[] seeds) => Of(Array.ConvertAll(seeds, System.Text.Encoding.UTF8.GetBytes));

    private static Gen<T[]> Of<T>(T[][] seeds, T[][] pieces)
        where T : unmanaged, IBinaryInteger<T> =>
        Gen.Select(
            Gen.Int[0, seeds.Length - 1],
            Gen.Select(Gen.Int[0, (int)Change.Multiply], Gen.UInt, Gen.UInt, Gen.UInt).Array[0, ChangesMax],
            (seed, changes) =>
            {
                var input = seeds[seed];
                foreach (var (change, from, to, pick) in changes)
                    input = Changed(input, (Change)change, from, to, pick, seeds, pieces);
                return input;
            });

    private static T[] Changed<T>(T[] input, Change change, uint from, uint to, uint pick, T[][] seeds, T[][] pieces)
        where T : unmanaged, IBinaryInteger<T>
    {
        var at = (int)(from % (uint)(input.Length + 1));
        var end = Math.Min(input.Length, at + (int)(to % 24));
        var piece = pieces[pick % pieces.Length];
        var other = seeds[pick % seeds.Length];
        switch (change)
        {
            case Change.FlipBit when at < input.Length:
                var flipped = (T[])input.Clone();
                flipped[at] ^= T.One << (int)(pick % (uint)(int.CreateChecked(T.PopCount(T.AllBitsSet))));
                return flipped;
            case Change.Cut:
                return input[..at];
            case Change.Remove:
                return [.. input[..at], .. input[end..]];
            case Change.Repeat:
                return [.. input[..end], .. input[at..]];
            case Change.Splice:
                return [.. input[..at], .. piece, .. input[at..]];
            case Change.Overwrite:
                return [.. input[..at], .. piece, .. input[end..]];
            case Change.Swap:
                return [.. input[end..], .. input[..at]];
            case Change.Cross:
                return [.. input[..at], .. other[(int)(to % (uint)(other.Length + 1))..]];
            case Change.Multiply when end > at:
                return [.. input[..at], .. Enumerable.Repeat(input[at..end], (int)(pick % LongestRepetition)).SelectMany(part => part), .. input[end..]];
            default:
                return input;
        }
    }
}
