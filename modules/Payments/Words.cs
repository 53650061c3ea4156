using Vade.Kernel;

namespace Vade.Payments;

internal static class Words
{
    public static Texts Texts { get; } = Texts.Of(typeof(Words).Assembly);
}
