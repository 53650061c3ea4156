using System.Globalization;
using System.Text;
using CsCheck;

namespace Vade.Tests.Fuzz;

/// <summary>
/// A parser that meets what strangers send, and how many inputs an ordinary run gives it. For every input it must
/// end in one of its documented ways and allocate no more than a line in the input's length allows.
/// </summary>
internal sealed record FuzzTarget(string Name, int Inputs, Action Run)
{
    public override string ToString() => Name;
}

/// <summary>What a parser may allocate on its thread: so many bytes for each char or byte of input, and so many at all.</summary>
/// <param name="Always">Covers answers and the exceptions that a parser turns into them.</param>
internal sealed record Allowance(int PerUnit, int Always = 64 * 1024);

internal static class Fuzzer
{
    private const int ShownMax = 600;

    public static FuzzTarget Text(string name, int inputs, Allowance allowance, string[] seeds, Action<string> parse) =>
        new(name, inputs, () => Run(name, inputs, allowance, Mutations.Of(seeds), seeds, parse, text => text.Length, Shown));

    public static FuzzTarget Bytes(string name, int inputs, Allowance allowance, byte[][] seeds, Action<byte[]> parse) =>
        new(name, inputs, () => Run(name, inputs, allowance, Mutations.Of(seeds), seeds, parse, bytes => bytes.Length, Shown));

    public static FuzzTarget Utf8(string name, int inputs, Allowance allowance, string[] seeds, Action<byte[]> parse) =>
        Bytes(name, inputs, allowance, Array.ConvertAll(seeds, Encoding.UTF8.GetBytes), parse);

    /// <summary>
    /// The work at four times the size is at most about four times the work, told by what it allocates: a clock would
    /// fail on a busy machine. And what it allocates is within the allowance at both sizes.
    /// </summary>
    public static void GrowsInALine<T>(string name, Allowance allowance, Func<int, T> ofSize, Func<T, int> length, Action<T> parse, int size)
    {
        var (small, large) = (ofSize(size), ofSize(4 * size));
        parse(small);
        parse(large);
        // The lesser of two, because a pool may just have been emptied.
        var (one, four) = (Allocated(small, parse), Math.Min(Allocated(large, parse), Allocated(large, parse)));
        var most = ((long)allowance.PerUnit * length(large)) + allowance.Always;
        Assert.True(four <= most, string.Create(CultureInfo.InvariantCulture, $"{name}: {four} bytes were allocated for {length(large)}; {most} are allowed."));
        Assert.True(four <= (6 * one) + allowance.Always, string.Create(CultureInfo.InvariantCulture, $"{name}: {one} bytes at {size}, but {four} at {4 * size}."));
    }

    /// <summary>Escaped, so that it can be pasted into a test, and cut where it is long.</summary>
    public static string Shown(string text)
    {
        var shown = new StringBuilder("\"");
        foreach (var c in text.AsSpan(0, Math.Min(text.Length, ShownMax)))
        {
            if (c is '"' or '\\')
                shown.Append('\\').Append(c);
            else if (c is >= ' ' and <= '~')
                shown.Append(c);
            else
                shown.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
        }

        return shown.Append(CultureInfo.InvariantCulture, $"\" ({text.Length} chars)").ToString();
    }

    public static string Shown(byte[] bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} bytes, base64 {Convert.ToBase64String(bytes.AsSpan(0, Math.Min(bytes.Length, ShownMax)))}");

    private static ulong Seed { get; } =
        ulong.TryParse(Environment.GetEnvironmentVariable("VADE_SEED"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 1;

    /// <summary>The same inputs in every run, so that what failed once fails again; other ones for who sets VADE_SEED.</summary>
    public static IEnumerable<T> Drawn<T>(Gen<T> gen, int inputs)
    {
        var chance = new PCG(1, Seed);
        for (var i = 0; i < inputs; i++)
            yield return gen.Generate(chance, null, out _);
    }

    private static void Run<T>(
        string name, int inputs, Allowance allowance, Gen<T> gen, T[] seeds, Action<T> parse, Func<T, int> length, Func<T, string> shown)
    {
        // What a parser makes once, it makes here.
        foreach (var sample in seeds)
            parse(sample);

        void Check(T input)
        {
            var most = ((long)allowance.PerUnit * length(input)) + allowance.Always;
            var allocated = Allocated(input, parse);
            // The first input on a new path pays for what is made once; the second shows what the path itself takes.
            if (allocated > most && (allocated = Allocated(input, parse)) > most)
                Assert.Fail(string.Create(CultureInfo.InvariantCulture, $"{allocated} bytes were allocated; {most} are allowed."));
        }

        var i = 0;
        foreach (var input in Drawn(gen, inputs))
        {
            i++;
            try
            {
                Check(input);
            }
            catch (Exception failed)
            {
                throw new InvalidOperationException($"{name}, input {i} of VADE_SEED={Seed}: {shown(input)}: {failed.Message}", failed);
            }
        }
    }

    private static long Allocated<T>(T input, Action<T> parse)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        parse(input);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
