using Vade.Kernel.Storage;

namespace Vade.Simulation;

/// <summary>What befalls a call to the outside.</summary>
internal enum Fault
{
    None,

    /// <summary>The service is throttled or does not answer; nothing was done.</summary>
    Busy,

    /// <summary>It was done, and the answer was lost.</summary>
    LostAnswer,

    /// <summary>The process dies before it could ask.</summary>
    KilledBefore,

    /// <summary>The process dies with the answer on its way.</summary>
    KilledAfter,
}

/// <summary>The process was killed; nothing that it still tries reaches anybody.</summary>
internal sealed class KilledException() : Exception("The process was killed.");

/// <summary>Decides what befalls each call.</summary>
internal interface IFaults
{
    Fault Next();
}

internal sealed class NoFaults : IFaults
{
    public Fault Next() => Fault.None;
}

/// <summary>Now and then, as the seed has it.</summary>
/// <param name="rate">How many calls of ten thousand.</param>
internal sealed class RandomFaults(Seed seed, int rate) : IFaults
{
    private static readonly Fault[] Kinds = [Fault.Busy, Fault.Busy, Fault.LostAnswer, Fault.LostAnswer, Fault.KilledBefore, Fault.KilledAfter];

    public Fault Next() => seed.Roll(rate) ? seed.Pick(Kinds) : Fault.None;
}

/// <summary>One fault at a given call, from 1, and none at any other.</summary>
internal sealed class FaultAt(int call, Fault fault) : IFaults
{
    /// <summary>Whether the call came.</summary>
    public bool Struck => Calls >= call;

    public int Calls { get; private set; }

    public Fault Next() => ++Calls == call ? fault : Fault.None;
}

internal static class FaultWords
{
    /// <summary>What the caller is told of a call whose outcome it cannot know.</summary>
    public static StoreBusyException Busy() => new("The service is busy.");
}
