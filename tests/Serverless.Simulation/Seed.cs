using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Vade.Simulation;

/// <summary>
/// All chance of a world, drawn from one number (SplitMix64): the same number tells the same story again. It is a
/// <see cref="RandomNumberGenerator"/> so that the modules under test draw from it too.
/// </summary>
internal sealed class Seed(ulong start) : RandomNumberGenerator
{
    private ulong state = start;

    public ulong Next()
    {
        unchecked
        {
            state += 0x9E3779B97F4A7C15;
            var mixed = (state ^ (state >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            return mixed ^ (mixed >> 31);
        }
    }

    /// <summary>From 0, inclusive, to <paramref name="limit"/>, exclusive.</summary>
    public int Below(int limit) => (int)(Next() % (ulong)limit);

    /// <summary>Both ends inclusive.</summary>
    public int Between(int from, int to) => from + Below(to - from + 1);

    /// <summary>True so many times in ten thousand.</summary>
    public bool Roll(int inTenThousand) => Below(10_000) < inTenThousand;

    public T Pick<T>(IReadOnlyList<T> items) => items[Below(items.Count)];

    /// <summary>Up to the longest, short ones far more often than long ones.</summary>
    public TimeSpan Span(TimeSpan longest) => longest / Math.Pow(2, Below(12)) * ((Below(1000) + 1) / 1000d);

    /// <summary>A source of its own that this one decides.</summary>
    public Seed Branch() => new(Next());

    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    public override void GetBytes(Span<byte> data)
    {
        Span<byte> word = stackalloc byte[sizeof(ulong)];
        while (!data.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(word, Next());
            var taken = Math.Min(word.Length, data.Length);
            word[..taken].CopyTo(data);
            data = data[taken..];
        }
    }
}
