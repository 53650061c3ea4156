using System.Diagnostics;
using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Tests.EndToEnd;
using Vade.Tests.Hosting;
using Vade.Tests.Payments;

namespace Vade.Tests.My;

public sealed class SignInTests
{
    private const string Said = "Bu adresi tanıyorsak";

    [Fact]
    [Trait("Feature", "A7")]
    [Trait("Feature", "B19")]
    public async Task A_customer_signs_in_by_the_link_that_the_registered_address_gets_and_signs_out()
    {
        await using var app = await Shop("C1");
        using var guest = new Guest(app);
        Assert.Equal("/", (await guest.Get("/my")).Path);

        var link = await guest.LinkFor("C1@Musteri.Example".ToLowerInvariant());
        var page = await guest.Get(link);
        Assert.Contains("Güneş C1 olarak gir", page.Words, StringComparison.Ordinal);
        Assert.Empty(guest.Cookies.GetAllCookies());

        var my = await guest.Submit(page.Page.Form("id=\"sign-in\""));
        Assert.Equal((200, "/my"), (my.Status, my.Path));
        Assert.Contains("Güneş C1", my.Words, StringComparison.Ordinal);
        Assert.True(Assert.Single(guest.Cookies.GetAllCookies()).HttpOnly);

        // Coming back to the link, and out.
        Assert.Equal("/my", (await guest.Get(link)).Path);
        Assert.Equal("/", (await guest.Submit(my.Page.Form("sign-out"))).Path);
        Assert.Equal("/", (await guest.Get("/my/payments")).Path);
    }

    [Fact]
    [Trait("Feature", "A7")]
    public async Task A_link_that_is_used_twice_at_once_signs_in_once()
    {
        await using var app = await Shop("C1");
        using var asking = new Guest(app);
        var link = await asking.LinkFor(Guest.Mail("C1"));
        var guests = Enumerable.Range(0, 6).Select(_ => new Guest(app)).ToArray();
        var form = (await asking.Get(link)).Page.Form("id=\"sign-in\"");
        var answers = await Task.WhenAll(guests.Select(guest => Task.Run(() => guest.Submit(form))));

        Assert.Single(answers, answer => answer.Path == "/my");
        Assert.Equal(5, answers.Count(answer => answer.Words.Contains("artık geçerli değil", StringComparison.Ordinal)));
        foreach (var guest in guests)
            guest.Dispose();
    }

    [Fact]
    [Trait("Feature", "A7")]
    public async Task Whoever_asks_gets_the_same_answer_and_only_a_known_address_gets_mail_and_not_without_end()
    {
        await using var app = await Shop("C1");
        using var guest = new Guest(app);
        var form = (await guest.Get("/")).Page.Form("id=\"sign-in\"");
        var known = await guest.Submit(form, ("email", Guest.Mail("C1")));
        var unknown = await guest.Submit(form, ("email", "nobody@musteri.example"));
        Assert.Equal(known.Text, unknown.Text);
        Assert.Contains(Said, known.Words, StringComparison.Ordinal);

        // A double click is one wish, and the sixth wish of an hour is not heard.
        await guest.Submit(form, ("email", Guest.Mail("C1")));
        for (var minute = 1; minute <= 8; minute++)
        {
            await Move(app, TimeSpan.FromMinutes(1));
            Assert.Equal(known.Text, (await guest.Submit(form, ("email", Guest.Mail("C1")))).Text);
        }

        await Move(app, TimeSpan.FromSeconds(5));
        Assert.Equal(AskForLink.AsksAnHourMax, (await guest.Links(Guest.Mail("C1"))).Count);
        Assert.Empty(await guest.Links("nobody@musteri.example"));
        foreach (var hostile in new[] { "", "x", "a@b", "a\0@b.example", new string('a', 5000) + "@b.example", "a@b.example\r\nBcc: c@d.example", "<x>@b.example" })
            Assert.Contains("id=\"sign-in\"", (await guest.Submit(form, ("email", hostile))).Text, StringComparison.Ordinal);
        Assert.NotEqual(500, (await guest.Get("/my/sign-in/" + new string('x', 3000))).Status);
        Assert.Contains("artık geçerli değil", (await guest.Get("/my/sign-in/AAAAAAAAAAAAAAAAAAAAAAAAAAAA")).Words, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Feature", "A7")]
    public async Task A_link_ends_after_twenty_minutes_and_a_session_when_the_address_is_taken_away_or_all_are_signed_out()
    {
        await using var app = await Shop("C1");
        using var late = new Guest(app);
        var old = await late.LinkFor(Guest.Mail("C1"));
        await Move(app, TimeSpan.FromMinutes(20));
        Assert.Contains("artık geçerli değil", (await late.Get(old)).Words, StringComparison.Ordinal);

        using var one = await Guest.SignedIn(app, "C1");
        await Move(app, TimeSpan.FromMinutes(1));
        using var two = await Guest.SignedIn(app, "C1");
        await one.Post("/my/sign-out/everywhere", (await one.Get("/my")).Page.Form("sign-out").Fields);
        Assert.Equal("/", (await two.Get("/my")).Path);

        await Move(app, TimeSpan.FromMinutes(1));
        using var three = await Guest.SignedIn(app, "C1");
        Assert.Equal("/my", (await three.Get("/my")).Path);
        await app.Put("/api/v1/customers/C1", """{"title":"Güneş C1","emails":["other@musteri.example"]}""");
        Assert.Equal("/", (await three.Get("/my")).Path);
    }

    [Fact]
    public async Task A_session_that_lies_idle_for_a_week_or_lives_for_a_month_is_over_and_a_limited_one_sooner()
    {
        await using var host = SliceHost.Start("2026-11-02T09:00:00Z");
        var customer = await Billing.Given.Customer(host, "C1");
        var sessions = host.Get<Sessions>();
        var full = await sessions.Begin(customer, SessionLevel.Full, "mail", AddressBook.Hash(customer.Emails[0]), default);
        var limited = await sessions.Begin(customer, SessionLevel.Limited, "rut", null, default);
        async Task<bool> Lives(string token) => await sessions.Find(With(token), default) is not null;

        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await Lives(limited));
        host.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await Lives(limited));
        host.Clock.Advance(TimeSpan.FromMinutes(31));
        Assert.False(await Lives(limited));
        for (var day = 0; day < 29; day += 6)
        {
            Assert.True(await Lives(full));
            host.Clock.Advance(TimeSpan.FromDays(6));
        }

        Assert.False(await Lives(full));
        var idle = await sessions.Begin(customer, SessionLevel.Full, "mail", null, default);
        host.Clock.Advance(TimeSpan.FromDays(7));
        Assert.False(await Lives(idle));
        Assert.False(await Lives(idle[..^1] + (idle[^1] == 'A' ? 'B' : 'A')));
    }

    [Fact]
    [Trait("Feature", "A7")]
    public async Task Customers_that_were_saved_before_addresses_were_looked_up_are_found_by_a_walk()
    {
        await using var app = await VadeInProcess.Start(_ => { });
        var accounts = app.Services.GetRequiredService<AccountStore>();
        for (var i = 0; i < 230; i++)
        {
            var customer = new Customer($"OLD{i:D3}", $"Eski {i}", null, "TR", "tr", [$"old{i:D3}@musteri.example", "defter@musteri.example"], [], null, false, new(), null, "123456789");
            await accounts.Tables.Put(AccountStore.Table, AccountStore.Of(customer.Code), AccountsRows.Customer, customer, AccountsRows.CustomerType, default);
            await app.Services.GetRequiredService<CustomerDirectory>().Write(customer, default);
        }

        // The walk is under way while the wish waits, which time passing brings back.
        using var guest = new Guest(app);
        await guest.Submit((await guest.Get("/")).Page.Form("id=\"sign-in\""), ("email", "old217@musteri.example"));
        await guest.Submit((await guest.Get("/")).Page.Form("id=\"sign-in\""), ("email", "defter@musteri.example"));
        var links = new List<string>();
        for (var i = 0; i < 40 && links.Count < 2; i++)
        {
            await Move(app, TimeSpan.FromSeconds(6));
            links = [.. await guest.Links("old217@musteri.example"), .. await guest.Links("defter@musteri.example")];
        }

        Assert.Contains("Eski 217 olarak gir", (await guest.Get(links[0])).Words, StringComparison.Ordinal);
        // One address of many customers: they choose, among as many as anybody can.
        var choice = await guest.Get(links[1]);
        Assert.Equal(AddressBook.AccountsMax, choice.Words.Split(" olarak gir</button>").Length - 1);
        var my = await guest.Post(choice.Path, [("customer", "OLD007")]);
        Assert.Contains("Eski 7", my.Words, StringComparison.Ordinal);
        Assert.Equal("/my", my.Path);
    }

    [Fact]
    public async Task A_process_that_dies_anywhere_between_wish_and_mail_sends_one_link_or_none_twice()
    {
        for (var call = 1; call <= 40; call += 3)
        {
            await using var host = Notifications();
            var customer = await Billing.Given.Customer(host, "C1");
            await host.Get<CustomerDirectory>().Write(customer, default);
            host.CrashAt(call, afterwards: call % 2 == 0);
            try
            {
                await host.Get<AskForLink>().Ask(customer.Emails[0], default);
                await host.Drain();
            }
            catch (CrashException)
            {
            }

            await host.Restart();
            // Leases end, and what was left is taken up again.
            await host.Advance(TimeSpan.FromMinutes(11));
            await host.Advance(TimeSpan.FromMinutes(11));
            var items = await host.Tables.Range("mailbox", "items", KeyRange.All, 10, default);
            Assert.InRange(items.Count, 0, 1);
            Assert.Empty(await host.PoisonRows());
        }
    }

    private static SliceHost Notifications() => SliceHost.Start("2026-11-02T09:00:00Z", services =>
    {
        services.AddSingleton<Vade.Payments.PaymentReader>();
        Vade.Notifications.NotificationsModule.AddNotifications(services);
    });

    private static Microsoft.AspNetCore.Http.HttpRequest With(string token)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.Request.Headers.Cookie = "vade=" + token;
        return context.Request;
    }

    internal static async Task Move(VadeInProcess app, TimeSpan by)
    {
        var now = app.Services.GetRequiredService<TimeProvider>().GetUtcNow() + by;
        await new Office(app.Client).MoveClock(now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture));
    }

    internal static async Task<VadeInProcess> Shop(params string[] codes)
    {
        var app = await VadeInProcess.Start(_ => { }, ("Vade:Clock:Start", "2026-11-02T09:00:00Z"));
        foreach (var code in codes)
            await app.Put($"/api/v1/customers/{code}", $$"""{"title":"Güneş {{code}}","emails":["{{Guest.Mail(code)}}"],"phone":"+905321234567"}""");
        return app;
    }
}
