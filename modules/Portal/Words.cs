using Vade.Kernel;

namespace Vade.Portal;

internal static class Words
{
    public static Texts Texts { get; } = Texts.Of(typeof(Words).Assembly);
}
