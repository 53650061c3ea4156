namespace Vade.Tests.Fuzz;

/// <summary>No input from outside escapes its parser, and none makes it allocate without bound (design §8).</summary>
public sealed class ParserFuzzTests
{
    private static readonly Dictionary<string, FuzzTarget> Targets =
        ValueTargets.All.Concat(WebTargets.All).Concat(FileTargets.All).ToDictionary(target => target.Name);

    public static TheoryData<string> Names => [.. Targets.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Whatever_comes_ends_in_a_value_or_a_refusal(string parser) => Targets[parser].Run();

    [Fact]
    public void An_ordinary_run_tries_a_million_inputs() => Assert.True(Targets.Values.Sum(target => target.Inputs) + HttpFuzzTests.ApiCalls + HttpFuzzTests.PageCalls >= 1_000_000);
}
