using System.Net;
using System.Text.Json;
using Vade.Tests.Accounts;
using static Vade.Tests.Accounts.AccountsApiTests;

namespace Vade.Tests.Organisation;

public sealed class SettingsApiTests
{
    [Fact]
    public async Task Settings_are_read_and_replaced_whole_and_a_broken_rule_changes_nothing()
    {
        await using var office = new Office();
        using var api = await office.Client();
        var before = await api.GetStringAsync("settings/organisation");
        Assert.Contains("Örnek", JsonDocument.Parse(before).RootElement.GetProperty("name").GetString(), StringComparison.Ordinal);
        var (broken, problem) = await Send(api, "settings/organisation", """{"name":"","country":"turkey"}""");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, 2), (broken, problem.GetProperty("errors").GetArrayLength()));
        var (unknown, named) = await Send(api, "settings/organisation", """{"name":"A","nmae":"B"}""");
        Assert.Equal((HttpStatusCode.BadRequest, "nmae"), (unknown, Text(named.GetProperty("errors")[0], "field")));
        Assert.Equal(before, await api.GetStringAsync("settings/organisation"));
        var (saved, shown) = await Send(api, "settings/organisation", """{"name":"Yeni","country":"CL","currency":"CLP","timeZone":"America/Santiago","language":"es"}""");
        Assert.Equal((HttpStatusCode.OK, "Yeni", "reject"), (saved, Text(shown, "name"), Text(shown, "taxIdPolicy")));
        Assert.Equal(shown.GetRawText(), await api.GetStringAsync("settings/organisation"));
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("settings/none")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await api.GetAsync("settings/ledger")).StatusCode);
    }
}
