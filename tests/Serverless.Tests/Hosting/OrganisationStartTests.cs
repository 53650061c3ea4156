namespace Vade.Tests.Hosting;

public sealed class OrganisationStartTests
{
    [Theory]
    [InlineData("TimeZone", "Mars/Olympus", "timeZone")]
    [InlineData("Currency", "XXX", "currency")]
    [InlineData("Language", "xx", "language")]
    [InlineData("Country", "Türkiye", "country")]
    public async Task A_wrong_organisation_stops_the_app_from_starting_and_is_named(string setting, string value, string field)
    {
        var (exitCode, output) = await AppProcess.RunToEnd(("Vade__Sandbox", "true"), ($"Vade__Organisation__{setting}", value));
        Assert.Equal(2, exitCode);
        Assert.Contains($"Vade:Organisation:{field} cannot be used", output, StringComparison.Ordinal);
    }
}
