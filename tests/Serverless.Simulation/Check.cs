using System.Runtime.CompilerServices;

namespace Vade.Simulation;

internal static class Check
{
    /// <exception cref="BrokenException">It does not hold.</exception>
    public static void Must(bool holds, string invariant, [InterpolatedStringHandlerArgument(nameof(holds))] ref Complaint what)
    {
        if (!holds)
            throw new BrokenException(invariant, what.ToString());
    }

    /// <summary>The words of a complaint, put together only where there is one: millions of checks find nothing.</summary>
    [InterpolatedStringHandler]
    public ref struct Complaint
    {
        private DefaultInterpolatedStringHandler words;

        public Complaint(int literalLength, int formattedCount, bool holds, out bool isNeeded)
        {
            isNeeded = !holds;
            words = holds ? default : new(literalLength, formattedCount, System.Globalization.CultureInfo.InvariantCulture);
        }

        public void AppendLiteral(string text) => words.AppendLiteral(text);

        public void AppendFormatted<T>(T value) => words.AppendFormatted(value);

        public void AppendFormatted<T>(T value, string format) => words.AppendFormatted(value, format);

        public override string ToString() => words.ToStringAndClear();
    }
}
