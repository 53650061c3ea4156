using System.Net;
using System.Reflection;
using System.Text;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Tests.Portal;

namespace Vade.Tests.Notifications;

/// <summary>What staff see of messages, notices and work that gave up.</summary>
public sealed class StaffPagesTests
{
    private const string Work = "/panel/work";

    [Fact]
    [Trait("Feature", "B25")]
    public async Task What_failed_comes_first_and_says_why_in_words()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var now = office.Get<TimeProvider>().GetUtcNow();
        await Put(office, "C1", "sent", DeliveryState.Sent, now.AddMinutes(-3));
        await Put(office, "C1", "refused", DeliveryState.Failed, now.AddMinutes(-2), "rejected: no such mailbox");
        await Put(office, "C2", "lost", DeliveryState.Unknown, now.AddMinutes(-1), Reasons.TimedOut);
        await Put(office, "C2", "nowhere", DeliveryState.Skipped, now, Reasons.NoAddress);

        // The month may have begun a minute ago, so the log is asked from the day before.
        var all = await admin.Open($"/panel/deliveries?from={now.AddDays(-2):yyyy-MM-dd}&lang=en");
        Assert.Equal(["sent", "refused", "lost", "nowhere"], Subjects(all, "sent", "refused", "lost", "nowhere"));
        Assert.Contains("The mail service refused it (no such mailbox)", all.Html, StringComparison.Ordinal);
        Assert.Contains("The customer has no address", all.Html, StringComparison.Ordinal);

        string[] subjects = ["sent", "refused", "lost", "nowhere"];
        Assert.Equal(["lost", "refused"], Subjects(await admin.Open("/panel/deliveries?status=trouble"), subjects));
        Assert.Equal(["refused"], Subjects(await admin.Open("/panel/deliveries?status=failed&kind=receipt"), subjects));
        Assert.Empty(Subjects(await admin.Open("/panel/deliveries?status=failed&kind=invoice"), subjects));
        Assert.Equal(["sent", "refused"], Subjects(await admin.Open("/panel/deliveries?customer=C1"), subjects));
        Assert.Equal(["lost"], Subjects(await admin.Open("/panel/deliveries?customer=C2&status=unknown"), subjects));
        Assert.Empty(Subjects(await admin.Open($"/panel/deliveries?status=trouble&to={now.AddDays(-2):yyyy-MM-dd}"), subjects));
        Assert.Equal(["lost", "refused"], Subjects(await admin.Open($"/panel/deliveries?status=trouble&from={now.AddDays(-2):yyyy-MM-dd}"), subjects));
        Assert.Contains("no such mailbox", (await admin.Open("/panel/deliveries.csv?status=trouble")).Html, StringComparison.Ordinal);
        Assert.Contains("/panel/deliveries?status=trouble", (await admin.Open("/panel")).Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await office.Somebody(Role.MeterReader)).Open("/panel/deliveries")).Status);
    }

    [Fact]
    public async Task A_delivery_that_fails_is_among_what_went_wrong_until_it_turns_out_to_have_arrived()
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = (context, _) =>
        {
            context.Response.StatusCode = 400;
            return Task.CompletedTask;
        };
        await using var office = await Office.Open(["a@b.example", "c@d.example"]);
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await office.Host.Drain();
        var log = office.Host.Get<DeliveryLog>();
        var failed = await log.Trouble(null, null, null, 10, default);
        Assert.Equal(2, failed.Count);
        Assert.All(failed, row => Assert.Equal((DeliveryState.Failed, Office.Number), (row.Delivery.State, row.About)));
        var first = Assert.Single(await log.Trouble(null, null, null, 1, default));
        Assert.Equal(failed[1].Delivery.Id, Assert.Single(await log.Trouble(null, null, first.After, 1, default)).Delivery.Id);

        var key = NotificationsRows.Delivery("invoice", Office.Number, "email", first.Delivery.To);
        var row = await office.Host.Tables.Find(AccountStore.Table, office.Account, key, NotificationsRows.DeliveryType, default);
        await office.Host.Tables.Replace(
            AccountStore.Table, office.Account, row!, row!.Value with { State = DeliveryState.Sent }, NotificationsRows.DeliveryType, default);
        Assert.Equal(failed[1].Delivery.Id, Assert.Single(await log.Trouble(null, null, null, 10, default)).Delivery.Id);
    }

    [Fact]
    [Trait("Feature", "B9")]
    public async Task A_notice_that_one_has_read_is_unread_for_another()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        var cashier = await office.Somebody(Role.Cashier);
        using var customer = new StringContent("""{"title":"Bakkal Ahmet"}""", Encoding.UTF8, "application/json");
        (await office.Api.PutAsync("/api/v1/customers/C1", customer)).EnsureSuccessStatusCode();
        var (notices, now) = (office.Get<Notices>(), office.Get<TimeProvider>().GetUtcNow());
        await notices.Add(new("contactChanged", AccountStore.Of("C1"), "1", "phone,mail", now.AddMinutes(-2)), default);
        await notices.Add(new("paymentNeedsAttention", AccountStore.Of("C1"), "p1", "otherAmount", now.AddMinutes(-1)), default);
        // Told twice, it is one notice, and stays where it was.
        await notices.Add(new("contactChanged", AccountStore.Of("C1"), "1", "phone,mail", now), default);

        var page = await admin.Open("/panel/notices?lang=en");
        Assert.Equal(["another amount", "phone, e-mail choices"], Subjects(page, "phone, e-mail choices", "another amount"));
        Assert.Equal(2, Count(page, "/panel/customers/C1"));
        Assert.Equal(2, Count(page, "status-blue"));
        Assert.Contains(">2</span>", page.Html, StringComparison.Ordinal);
        Assert.Contains(Letter.Texts[Language.Tr, "panel.needs.notices"] + ": 2", (await admin.Open("/panel?lang=tr")).Html, StringComparison.Ordinal);
        // What comes while somebody reads stays unread.
        await notices.Add(new("contactChanged", AccountStore.Of("C1"), "2", "language", now), default);
        page = await admin.Send(page, "id=\"read-notices\"");
        Assert.Equal((1, 2), (Count(page, "status-blue"), Count(page, "status-secondary")));
        Assert.Equal(3, Count(await cashier.Open("/panel/notices"), "status-blue"));

        page = await admin.Send(page, "id=\"read-notices\"");
        Assert.Equal(0, Count(page, "status-blue"));
        Assert.DoesNotContain("read-notices", page.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("badge", page.Html, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await (await office.Somebody(Role.Viewer)).Open("/panel/notices")).Status);
    }

    [Fact]
    public async Task Work_that_gave_up_is_tried_again_once_though_the_form_came_twice()
    {
        await using var office = await PanelOffice.Start();
        var admin = await office.Admin();
        Assert.Contains("Nothing has stopped", (await admin.Open(Work + "?lang=en")).Html, StringComparison.Ordinal);
        var poison = office.Get<Poison>();
        await Stop("first");
        await Stop("second");
        var page = await admin.Open(Work);
        Assert.Contains("<summary>The PDF is missing.</summary>", page.Html, StringComparison.Ordinal);
        Assert.Contains("at Somewhere &lt;b&gt;", page.Html, StringComparison.Ordinal);
        Assert.Contains(">2</span>", page.Html, StringComparison.Ordinal);
        Assert.Contains(Letter.Texts[Language.Tr, "panel.needs.work"] + ": 2", (await admin.Open("/panel?lang=tr")).Html, StringComparison.Ordinal);

        var id = (await poison.List(null, 10, default))[0].Key;
        var form = page.Document.Form($"retry-{id}\"");
        Assert.Equal(Work, (await admin.Post(form.Action, [.. form.Fields])).PathOnly);
        Assert.DoesNotContain(await poison.List(null, 10, default), row => row.Key == id);
        // It gave up again meanwhile; the same form acts no second time.
        await Stop("first");
        await Stop("second");
        Assert.Equal(Work, (await admin.Post(form.Action, [.. form.Fields])).PathOnly);
        Assert.Contains(await poison.List(null, 10, default), row => row.Key == id);
        Assert.Single(await office.Trail(), entry => entry.Action == "POST /panel/work/{id}/retry");

        page = await admin.Send(await admin.Open(Work), "id=\"retry-shown\"");
        Assert.Empty(await poison.List(null, 10, default));
        Assert.DoesNotContain("panel-needs", page.Html, StringComparison.Ordinal);

        Task Stop(string text) => poison.Add("notifications", text, "The PDF is missing.\n   at Somewhere <b>", 5, default);
    }

    [Fact]
    public async Task Who_only_looks_neither_sees_the_stopped_work_nor_tries_it_again()
    {
        await using var office = await PanelOffice.Start();
        await office.Admin();
        var viewer = await office.Somebody(Role.Viewer);
        await office.Get<Poison>().Add("billing", "text", "It broke.", 5, default);
        var id = Assert.Single(await office.Get<Poison>().List(null, 10, default)).Key;
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Open(Work)).Status);
        var any = (await viewer.Open("/panel")).Document.Form("action=\"/panel/reader\"");
        Assert.Equal(HttpStatusCode.Forbidden, (await viewer.Post($"{Work}/{id}/retry", [.. any.Fields])).Status);
        Assert.Single(await office.Get<Poison>().List(null, 10, default));
    }

    [Fact]
    public async Task Every_word_of_the_log_and_of_notices_can_be_read()
    {
        await using var office = await Office.Open();
        var reasons = typeof(Reasons).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (string)field.GetValue(null)!).Where(reason => reason != Reasons.InProgress).ToList();
        Assert.NotEmpty(reasons);
        foreach (var language in Languages.All)
        {
            Assert.All(reasons, reason => Assert.NotEqual(reason, PanelWords.Reason(reason, language)));
            Assert.All(office.Host.Get<IEnumerable<IDeliveryKind>>(), kind => Assert.NotEqual(kind.Kind, PanelWords.Kind(kind.Kind, language)));
            foreach (var reason in new[] { "otherAmount", "itemsGone" })
                Assert.NotEqual(reason, PanelWords.Notice(new("paymentNeedsAttention", "a", "b", reason, default), language));
            foreach (var what in new[] { "emailAdded", "emailRemoved" })
                Assert.DoesNotContain(what, PanelWords.Notice(new("contactChanged", "a", "b", what, default), language), StringComparison.Ordinal);
        }

        Assert.Equal("aWordOfTomorrow", PanelWords.Reason("aWordOfTomorrow", Language.En));
    }

    private static async Task Put(PanelOffice office, string customer, string subject, DeliveryState state, DateTimeOffset at, string? reason = null)
    {
        var account = AccountStore.Of(customer);
        var key = NotificationsRows.Delivery("receipt", subject, "email", "a@b.example");
        var delivery = new Delivery(
            Delivery.IdOf(account, key), customer, "receipt", "of", ["VAD2026000000001"], "email", "a@b.example", $"[{subject}]", at, state, reason);
        var log = office.Get<DeliveryLog>();
        await log.Put(account, key, delivery, default);
        if (delivery.IsTrouble)
            await log.PutTrouble(account, key, delivery, default);
        await office.Get<ITables>().Put(AccountStore.Table, account, key, delivery, NotificationsRows.DeliveryType, default);
    }

    // Those that stand in the table, in the order in which they stand there.
    private static IEnumerable<string> Subjects(PanelPage page, params string[] subjects)
    {
        var list = page.Html.Contains("<tbody>", StringComparison.Ordinal) ? page.Html.Split("<tbody>")[1].Split("</tbody>")[0] : "";
        return subjects.Select(subject => (subject, Place: Math.Max(list.IndexOf($"[{subject}]", StringComparison.Ordinal), subject.Contains(' ', StringComparison.Ordinal) ? list.IndexOf(subject, StringComparison.Ordinal) : -1)))
            .Where(found => found.Place >= 0).OrderBy(found => found.Place).Select(found => found.subject);
    }

    private static int Count(PanelPage page, string text) => page.Html.Split(text).Length - 1;
}
