using Vade.Kernel;

namespace Vade.Billing;

internal static class Words
{
    public static Texts Texts { get; } = Texts.Of(typeof(Words).Assembly);
}
