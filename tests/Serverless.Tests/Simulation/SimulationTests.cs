using System.Reflection;
using System.Text.Json;
using Vade.Simulation;

namespace Vade.Tests.Simulation;

/// <summary>The real handlers in worlds where everything outside is faked and goes wrong (design §8.4).</summary>
public sealed class SimulationTests(ITestOutputHelper output)
{
    private const int CommandsWanted = 200_000;
    private const int CommandsPerWorld = 2_000;

    [Fact]
    [Trait("Feature", "B23")]
    public void Two_hundred_thousand_commands_with_everything_going_wrong_break_no_invariant()
    {
        var tales = new List<Tale>();
        Workers.ForEach(Enumerable.Range(1, CommandsWanted / CommandsPerWorld), seed =>
        {
            var tale = Worlds.Run((ulong)seed, CommandsPerWorld);
            lock (tales)
                tales.Add(tale);
            return tale.Broken is null;
        });

        Assert.Equal([], tales.Where(tale => tale.Broken is not null).Select(tale => $"VADE_SEED={tale.Seed} VADE_WORLDS=1 ./dev bench simulation: {tale.Broken}"));
        Assert.True(tales.Sum(tale => tale.Commands) >= CommandsWanted);
        output.WriteLine($"{tales.Sum(tale => tale.Commands)} commands, {tales.Sum(tale => tale.Faults)} faults, {tales.Sum(tale => tale.Years):0.0} merchant-years");

        // Where nothing happens, nothing is proved.
        Assert.All(tales, tale => Assert.True(tale is { Faults: > 50, Invoices: > 50, Payments: > 50, Operations: > 50, Mails: > 100 }, $"{tale}"));
    }

    [Fact]
    public void The_same_seed_tells_the_same_story()
    {
        var tales = Enumerable.Range(0, 2).Select(_ => Worlds.Run(7, 600)).ToArray();
        Assert.Equal(tales[0], tales[1]);
        Assert.NotEqual(tales[0].Books, Worlds.Run(8, 600).Books);
    }

    public static TheoryData<string> Commands => [.. Sweep.Commands];

    [Theory]
    [MemberData(nameof(Commands))]
    public void Whatever_call_of_a_command_fails_and_however_it_is_done_once_in_the_end(string command)
    {
        var result = Sweep.Single(command);
        output.WriteLine($"{result.Runs} worlds");
        Assert.True(result.Runs > 30);
        Assert.Equal([], result.Broken);
    }

    public static TheoryData<string, int, int> MoneyPaths => new()
    {
        { "press", 24, 24 }, { "notice", 16, 24 }, { "return", 16, 24 }, { "recordPayment", 24, 24 }, { "cancelPayment", 12, 16 }, { "invoiceByHand", 24, 24 },
        { "writeOff", 10, 10 }, { "reallocate", 10, 10 }, { "merge", 14, 10 },
    };

    [Theory]
    [MemberData(nameof(MoneyPaths))]
    public void A_second_death_while_the_first_is_mended_loses_no_money_and_doubles_none(string command, int calls, int reach)
    {
        var result = Sweep.Pairs(command, calls, reach);
        output.WriteLine($"{result.Runs} worlds");
        Assert.Equal([], result.Broken);
    }

    /// <summary>The slips themselves are made by <c>./dev mutations</c>; here they are kept from going stale.</summary>
    [Fact]
    public void Every_slip_of_the_list_can_still_be_made_and_names_an_invariant_that_there_is()
    {
        var root = Repository.Root;
        var invariants = typeof(Invariants).GetFields(BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.Public).Select(field => (string)field.GetRawConstantValue()!).ToArray();
        var slips = JsonSerializer.Deserialize<Slip[]>(File.ReadAllText(Path.Combine(root, "tools", "mutations.json")), JsonSerializerOptions.Web)!;

        Assert.True(slips.Length >= 12);
        foreach (var slip in slips)
        {
            Assert.Equal(2, File.ReadAllText(Path.Combine(root, slip.File)).Split(slip.Find).Length);
            Assert.Contains(invariants, invariant => invariant.StartsWith(slip.Invariant, StringComparison.Ordinal));
        }
    }

    private sealed record Slip(string Name, string File, string Find, string Invariant);
}
