using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Tests.Hosting;

namespace Vade.BrowserTests;

/// <summary>Messages, notices and stopped work as staff see them.</summary>
public sealed class StaffPagesTests(Shop shop)
{
    private static readonly string[] Paths =
        ["/panel", "/panel/deliveries", "/panel/deliveries?status=trouble", "/panel/deliveries?customer=nobody", "/panel/notices", "/panel/work"];

    [Fact]
    [Trait("Feature", "B9")]
    [Trait("Feature", "B25")]
    public async Task The_pages_of_messages_and_work_are_sound()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        T Get<T>()
            where T : notnull => app.Services.GetRequiredService<T>();
        var now = Get<TimeProvider>().GetUtcNow();
        var user = new StaffUser(StaffDirectory.NewId(), "Ayşe Yılmaz", "ayse@ornek.example", [Role.Admin], "tr", now, SignIn.Hash("correct horse battery"));
        await Get<StaffDirectory>().CreateFirst(user, default);
        var session = await Get<Sessions>().Start(user, SessionStage.Open, "Firefox, Linux", default);
        using var customer = new StringContent("""{"title":"ÖZGÜR & Ş. İÇ TİC. A.Ş. Sanayi ve Dış Ticaret Limited Şirketi"}""", System.Text.Encoding.UTF8, "application/json");
        (await app.Client.PutAsync("/api/v1/customers/M01", customer)).EnsureSuccessStatusCode();
        await Fill(now);

        foreach (var screen in new[] { Screen.Phone, Screen.Phone with { Dark = true }, Screen.Desktop, Screen.Desktop with { Dark = true }, Screen.Narrow })
        {
            await using var window = await shop.Open(screen);
            await window.Page.Context.AddCookiesAsync([new() { Name = "vade-staff", Value = session, Url = app.Client.BaseAddress!.ToString() }]);
            foreach (var path in Paths)
            {
                await window.Page.GotoAsync(new Uri(app.Client.BaseAddress!, path).ToString());
                await window.Picture($"staff{path.Replace('/', '-').Replace('?', '-').Replace('=', '-')}-{screen.Width}{(screen.Dark ? "-dark" : "")}");
                await window.DoesNotScrollSideways();
                await window.IsAccessible();
                window.HadNoErrors();
            }
        }

        async Task Fill(DateTimeOffset now)
        {
            var account = AccountStore.Of("M01");
            (DeliveryState State, string? Reason)[] states =
            [
                (DeliveryState.Sent, null), (DeliveryState.Skipped, Reasons.OptedOut), (DeliveryState.Failed, "rejected: The to address does not exist on this server"),
                (DeliveryState.Unknown, Reasons.TimedOut), (DeliveryState.Waiting, Reasons.Unreachable),
            ];
            foreach (var (i, (state, reason)) in states.Index())
            {
                var key = NotificationsRows.Delivery("invoice", $"VAD202600000000{i}", "email", "muhasebe@ozgur-ticaret.example");
                var delivery = new Delivery(
                    Delivery.IdOf(account, key), "M01", "invoice", "of", [$"VAD202600000000{i}"], "email", "muhasebe@ozgur-ticaret.example",
                    $"Örnek Yazılım – VAD202600000000{i} numaralı fatura, 1.190,00 TL, son ödeme 30.11.2026", now, state, reason);
                await Get<DeliveryLog>().Put(account, key, delivery, default);
                if (delivery.IsTrouble)
                    await Get<DeliveryLog>().PutTrouble(account, key, delivery, default);
                await Get<ITables>().Put(AccountStore.Table, account, key, delivery, NotificationsRows.DeliveryType, default);
            }

            await Get<Notices>().Add(new("contactChanged", account, "1", "phone,language,whatsApp,mail", now.AddMinutes(-5)), default);
            await Get<Notices>().Read(user.Id, now.AddMinutes(-4), default);
            await Get<Notices>().Add(new("paymentNeedsAttention", account, "p", "otherAmount", now.AddMinutes(-3)), default);
            await Get<Notices>().Add(new("paymentNeedsAttention", account, "q", "itemsGone", now.AddMinutes(-2)), default);
            for (var i = 0; i < 12; i++)
                await Get<Poison>().Add(i == 0 ? "billing" : "notifications", $"text {i}", "System.InvalidOperationException: The PDF 4f8a0c9d2e7b4f8a0c9d2e7b4f8a0c9d2e7b is missing.\n   at Vade.Notifications.InvoiceMail.Look(String account)", 5, default);
        }
    }
}
