using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Billing;
using Vade.Kernel.Web;
using Vade.Notifications;
using Vade.Organisation;

namespace Vade.Tests.Notifications;

[Trait("Feature", "B7")]
public sealed class DeliveryListTests
{
    [Fact]
    public async Task The_log_answers_in_the_shape_of_the_contract_and_filters()
    {
        await using var office = await Office.Open(["a@b.example", "c@d.example"]);
        await office.Issue();
        await office.Host.Drain();
        office.Host.Clock.Advance(TimeSpan.FromDays(2));
        await office.Cancel();
        await office.Host.Drain();
        await using var web = await Web.Open(office);

        var all = await web.Items("/api/v1/deliveries");
        Assert.Equal(["invoice", "invoice", "cancellation", "cancellation"], all.Select(item => item.GetProperty("kind").GetString()));
        var first = all[0];
        Assert.Equal(
            ["id", "at", "channel", "to", "kind", "about", "subject", "status", "reason"],
            first.EnumerateObject().Select(member => member.Name));
        Assert.Equal(("2026-11-01T06:00:00Z", "email", Office.Number, "sent", JsonValueKind.Null), (
            first.GetProperty("at").GetString(), first.GetProperty("channel").GetString(), first.GetProperty("about").GetString(),
            first.GetProperty("status").GetString(), first.GetProperty("reason").ValueKind));

        Assert.Equal(4, (await web.Items("/api/v1/deliveries?customer=" + Uri.EscapeDataString(Office.Code))).Count);
        Assert.Empty(await web.Items("/api/v1/deliveries?customer=nobody"));
        Assert.Equal(2, (await web.Items("/api/v1/deliveries?kind=cancellation")).Count);
        Assert.Equal(4, (await web.Items("/api/v1/deliveries?about=" + Office.Number)).Count);
        Assert.Empty(await web.Items("/api/v1/deliveries?about=VAD2026000000002"));
        Assert.Equal(2, (await web.Items("/api/v1/deliveries?to=2026-11-01")).Count);
        Assert.Equal(2, (await web.Items("/api/v1/deliveries?from=2026-11-02&to=2026-11-03")).Count);
        Assert.Empty(await web.Items("/api/v1/deliveries?from=2026-11-04"));

        var paged = new List<string>();
        for (string? after = ""; after is not null;)
        {
            using var page = JsonDocument.Parse(await web.Text($"/api/v1/deliveries?limit=1&after={Uri.EscapeDataString(after)}"));
            paged.AddRange(page.RootElement.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            after = page.RootElement.GetProperty("next").GetString();
        }

        Assert.Equal(all.Select(item => item.GetProperty("id").GetString()), paged);
        Assert.Equal(HttpStatusCode.BadRequest, (await web.Client.GetAsync("/api/v1/deliveries?from=yesterday")).StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, (await web.Client.GetAsync("/api/v1/deliveries?limit=201")).StatusCode);
    }

    [Fact]
    public async Task The_mailbox_shows_every_message_the_newest_first()
    {
        await using var office = await Office.Open(title: "Bakkal <b>Ahmet</b>");
        await office.Issue();
        await office.Host.Drain();
        office.Host.Clock.Advance(TimeSpan.FromMinutes(1));
        await office.Cancel();
        await office.Host.Drain();
        await using var web = await Web.Open(office);

        var items = await web.Items("/simulator/mailbox.json");
        Assert.Equal(2, items.Count);
        var invoice = items[1];
        Assert.Equal(
            ["id", "at", "channel", "to", "subject", "text", "html", "links", "attachments"],
            invoice.EnumerateObject().Select(member => member.Name));
        Assert.Equal("2026-11-01T06:00:00Z", invoice.GetProperty("at").GetString());
        var file = Assert.Single(invoice.GetProperty("attachments").EnumerateArray());
        Assert.Equal(["name", "type", "size"], file.EnumerateObject().Select(member => member.Name));
        var id = invoice.GetProperty("id").GetString();
        Assert.Equal((await office.Deliveries("invoice"))[0].Id, id);

        Assert.Contains(id!, await web.Text("/simulator/mailbox"), StringComparison.Ordinal);
        var page = await web.Text($"/simulator/mailbox/{id}");
        Assert.DoesNotContain("<b>Ahmet", page, StringComparison.Ordinal);
        var html = await web.Client.GetAsync($"/simulator/mailbox/{id}/html");
        Assert.Contains("default-src 'none'", html.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        var pdf = await web.Client.GetAsync($"/simulator/mailbox/{id}/attachments/0");
        Assert.Equal(("application/pdf", $"Invoice-{Office.Number}.pdf"), (pdf.Content.Headers.ContentType!.MediaType, pdf.Content.Headers.ContentDisposition!.FileName));
        foreach (var missing in new[] { "/simulator/mailbox/nothing", $"/simulator/mailbox/{id}/attachments/1", $"/simulator/mailbox/{new string('x', 900)}", "/simulator/mailbox/%2F%00" })
            Assert.InRange((int)(await web.Client.GetAsync(missing)).StatusCode, 400, 404);
    }

    [Fact]
    public async Task Outside_the_sandbox_there_is_no_mailbox()
    {
        await using var office = await Office.Open();
        await using var web = await Web.Open(office, sandbox: false);
        Assert.Equal(HttpStatusCode.NotFound, (await web.Client.GetAsync("/simulator/mailbox")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await web.Client.GetAsync("/simulator/mailbox.json")).StatusCode);
    }

    private sealed class Web(WebApplication app, HttpClient client) : IAsyncDisposable
    {
        public HttpClient Client => client;

        public static async Task<Web> Open(Office office, bool sandbox = true)
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Services
                .AddSingleton(office.Host.Get<DeliveryLog>())
                .AddSingleton(office.Host.Get<InvoiceReader>())
                .AddSingleton(office.Host.Get<Settings>())
                .AddSingleton(office.Host.Get<Mailbox>())
                .AddSingleton(office.Host.Get<CustomerNotices>())
                .AddSingleton(new Deployment(sandbox, new Uri("http://vade.test")));
            var app = builder.Build();
            app.MapNotifications();
            app.MapGroup("/api/v1").MapNotificationsApi();
            await app.StartAsync();
            var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
            return new(app, new HttpClient { BaseAddress = new Uri(address) });
        }

        public async Task<string> Text(string path)
        {
            var answer = await client.GetAsync(path);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            return await answer.Content.ReadAsStringAsync();
        }

        public async Task<IReadOnlyList<JsonElement>> Items(string path)
        {
            using var json = JsonDocument.Parse(await Text(path));
            return [.. json.RootElement.GetProperty("items").EnumerateArray().Select(item => item.Clone())];
        }

        public async ValueTask DisposeAsync()
        {
            client.Dispose();
            await app.DisposeAsync();
        }
    }
}
