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
    /// <param name="writes">The call changes something outside.</param>
    Fault Next(bool writes);
}

internal sealed class NoFaults : IFaults
{
    public Fault Next(bool writes) => Fault.None;
}

/// <summary>Now and then, as the seed has it.</summary>
/// <param name="rate">How many calls of ten thousand.</param>
internal sealed class RandomFaults(Seed seed, int rate) : IFaults
{
    private static readonly Fault[] Kinds = [Fault.Busy, Fault.Busy, Fault.LostAnswer, Fault.LostAnswer, Fault.KilledBefore, Fault.KilledAfter];

    public Fault Next(bool writes) => seed.Roll(rate) ? seed.Pick(Kinds) : Fault.None;
}

/// <summary>Given faults at given calls, counted from 1, and none at any other.</summary>
internal sealed class FaultsAt(params IReadOnlyList<(int Call, Fault Fault)> planned) : IFaults
{
    private readonly List<bool> calls = [];

    /// <summary>Of each call that came, whether it changes something.</summary>
    public IReadOnlyList<bool> Calls => calls;

    public Fault Next(bool writes)
    {
        calls.Add(writes);
        return planned.FirstOrDefault(fault => fault.Call == calls.Count).Fault;
    }
}
