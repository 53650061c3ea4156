namespace Vade.Tests.Hosting;

public sealed class SettingsTests
{
    [Theory]
    [InlineData("Vade__Sandbox", "maybe")]
    [InlineData("Vade__PublicUrl", "pay.example.com")]
    [InlineData("Vade__PublicUrl", "https://pay.example.com/path")]
    [InlineData("Vade__PublicUrl", "ftp://pay.example.com")]
    [InlineData("Vade__MasterKey", "k1:short")]
    [InlineData("Vade__Clock__Start", "yesterday")]
    [InlineData("Vade__Host__Strict", "both")]
    [InlineData("Vade__Host__Functions", "http,mail")]
    [InlineData("Vade__Azure__Tables", "https://x.table.core.windows.net")]
    [InlineData("FUNCTIONS_CUSTOMHANDLER_PORT", "many")]
    public async Task A_wrong_configuration_is_refused_with_one_sentence(string name, string value)
    {
        var (exitCode, output) = await AppProcess.RunToEnd((name, value));
        Assert.Equal(2, exitCode);
        var sentence = Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.EndsWith(".", sentence.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains(name is "FUNCTIONS_CUSTOMHANDLER_PORT" ? name : "Vade:", sentence, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_can_be_set_in_sandbox_mode_only()
    {
        var (exitCode, output) = await AppProcess.RunToEnd(("Vade__Sandbox", "false"), ("Vade__Clock__Start", "2026-01-01T00:00:00Z"));
        Assert.Equal(2, exitCode);
        Assert.Contains("sandbox", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sandbox_without_a_key_makes_one_and_shows_it_once()
    {
        var data = Directory.CreateTempSubdirectory("vade-").FullName;
        string key;
        await using (var first = await AppProcess.Start(data, ("Vade__ApiKey", "")))
        {
            key = first.Output.Split("API key: ")[1].Split('\n')[0].Trim();
            Assert.Equal(System.Net.HttpStatusCode.OK, await List(first, key));
            Assert.Equal(System.Net.HttpStatusCode.Unauthorized, await List(first, key[1..]));
        }

        await using (var second = await AppProcess.Start(data, ("Vade__ApiKey", "")))
        {
            Assert.DoesNotContain("API key", second.Output, StringComparison.Ordinal);
            Assert.Equal(System.Net.HttpStatusCode.OK, await List(second, key));
        }

        Directory.Delete(data, recursive: true);
    }

    private static async Task<System.Net.HttpStatusCode> List(AppProcess app, string key)
    {
        app.Client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        using var response = await app.Client.GetAsync("/api/v1/work/poison");
        return response.StatusCode;
    }
}
