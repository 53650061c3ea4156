using Microsoft.Extensions.DependencyInjection;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;

namespace Vade.Tests.Notifications;

[Trait("Feature", "B7")]
public sealed class DeliveryTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 1, 12, 0, 0, TimeSpan.Zero);

    private static Delivery Planned => new("id", "C1", "invoice", "ref", ["N1"], "email", "a@b.example", "subject", Noon);

    [Fact]
    public void Whatever_carriers_answer_and_whenever_processes_die_a_message_is_handed_over_at_most_twice()
    {
        // Every sequence of seven outcomes; null is a process that died after its claim.
        SendOutcome?[] outcomes =
        [
            new SendOutcome.Accepted(), new SendOutcome.Skipped("s"), new SendOutcome.Refused("r"), new SendOutcome.NotSent("n"), new SendOutcome.Unknown("u"), null,
        ];
        var ends = new HashSet<(DeliveryState, int)>();
        void Walk(Delivery delivery, DateTimeOffset now, int handOvers, int depth)
        {
            if (delivery.Next(now) is NextStep.Wait wait)
            {
                Assert.InRange(wait.Until - now, TimeSpan.FromSeconds(1), Delivery.Lease);
                now = wait.Until;
            }

            switch (delivery.Next(now))
            {
                case NextStep.Nothing:
                    Assert.True(delivery.IsSettled);
                    ends.Add((delivery.State, handOvers));
                    return;
                case NextStep.GiveUp:
                    Assert.Equal(2, handOvers);
                    return;
                case NextStep.Claim when depth < 7:
                    foreach (var outcome in outcomes)
                    {
                        var leaves = outcome is null or SendOutcome.Accepted or SendOutcome.Unknown ? 1 : 0;
                        Assert.InRange(handOvers + leaves, 0, Delivery.HandOversMax);
                        var claimed = delivery.Claimed(now);
                        Walk(outcome is null ? claimed : claimed.After(outcome, now), now, handOvers + leaves, depth + 1);
                    }

                    return;
            }
        }

        Walk(Planned, Noon, 0, 0);
        // Skipped or failed is only what certainly never left; what may have left and is not known is unknown.
        Assert.All(ends, end => Assert.True(end.Item2 == 0 ? end.Item1 is DeliveryState.Skipped or DeliveryState.Failed : end.Item1 is DeliveryState.Sent or DeliveryState.Unknown));
        Assert.Contains((DeliveryState.Sent, 2), ends);
    }

    [Fact]
    public void A_carrier_that_cannot_be_reached_is_asked_less_and_less_often_and_given_up_after_a_day()
    {
        var delivery = Planned;
        var now = Noon;
        var waits = new List<TimeSpan>();
        while (!delivery.IsSettled)
        {
            delivery = delivery.Claimed(now).After(new SendOutcome.NotSent(Reasons.Unreachable), now);
            if (delivery.Until is { } until)
                waits.Add(until - now);
            now = delivery.Until ?? now;
        }

        Assert.Equal(waits.Order(), waits);
        Assert.Equal((TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(15)), (waits[0], waits[^1]));
        Assert.InRange(now - Noon, TimeSpan.FromHours(24), TimeSpan.FromHours(25));
        Assert.Equal((DeliveryState.Failed, Reasons.Unreachable, 0), (delivery.State, delivery.Reason, delivery.HandOvers));
    }

    [Fact]
    public void What_a_carrier_asks_for_is_waited_for_within_bounds()
    {
        TimeSpan Wait(TimeSpan asked) => Planned.Claimed(Noon).After(new SendOutcome.NotSent("n", asked), Noon).Until!.Value - Noon;
        Assert.Equal(TimeSpan.FromSeconds(90), Wait(TimeSpan.FromSeconds(90)));
        Assert.Equal(TimeSpan.FromSeconds(1), Wait(TimeSpan.FromSeconds(-5)));
        Assert.Equal(TimeSpan.FromHours(1), Wait(TimeSpan.FromDays(30)));
    }

    [Fact]
    public void The_id_of_a_delivery_is_its_identity_and_says_nothing_about_anybody()
    {
        var key = NotificationsRows.Delivery("invoice", "N1", "email", "Ahmet@Bakkal.example");
        Assert.Equal(key, NotificationsRows.Delivery("invoice", "N1", "email", "ahmet@bakkal.example"));
        Assert.DoesNotContain("bakkal", key, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(Delivery.IdOf("A", key), Delivery.IdOf("A", key));
        Assert.Matches("^[0-9a-f]{30}$", Delivery.IdOf("A", key));
        Assert.NotEqual(Delivery.IdOf("A", key), Delivery.IdOf("B", key));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_call_the_customer_still_gets_the_mail_and_the_mailbox_holds_it_once(bool afterwards)
    {
        var struck = true;
        var calls = 0;
        for (var call = 1; struck; call++)
        {
            await using var office = await Office.Open();
            await office.Issue();
            office.Host.CrashAt(call, afterwards);
            try
            {
                await office.Host.Drain();
            }
            catch (CrashException)
            {
                calls++;
            }

            struck = office.Host.Crash.Struck;
            await office.Host.Restart();
            await office.Host.Advance(TimeSpan.FromMinutes(6));
            await office.Host.Advance(TimeSpan.FromMinutes(20));
            await office.Host.Advance(TimeSpan.FromMinutes(20));

            Assert.Single(await office.Mails());
            var delivery = Assert.Single(await office.Deliveries());
            Assert.True(delivery.State == DeliveryState.Sent, $"call {call}: {delivery}");
            Assert.InRange(delivery.HandOvers, 1, 2);
            Assert.Single(await office.Host.Get<DeliveryLog>().Page(new(null, null, null, null, null), null, 10, default));
        }

        Assert.InRange(calls, 15, 100);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Killed_at_any_call_a_carrier_is_handed_the_message_once_or_twice_under_one_id(bool afterwards)
    {
        var struck = true;
        var twice = 0;
        for (var call = 1; struck; call++)
        {
            await using var carrier = await Carrier.Open();
            await using var office = await Office.Open();
            await office.UseCarrier(carrier.Address);
            await office.Issue();
            office.Host.CrashAt(call, afterwards);
            try
            {
                await office.Host.Drain();
            }
            catch (CrashException)
            {
            }

            struck = office.Host.Crash.Struck;
            await office.Host.Restart();
            await office.Host.Advance(TimeSpan.FromMinutes(6));
            await office.Host.Advance(TimeSpan.FromMinutes(20));
            await office.Host.Advance(TimeSpan.FromMinutes(20));

            Assert.InRange(carrier.Bodies.Count, 1, 2);
            Assert.Single(carrier.Bodies.Distinct());
            Assert.Equal(DeliveryState.Sent, Assert.Single(await office.Deliveries()).State);
            twice += carrier.Bodies.Count - 1;
        }

        // Only where the answer was lost: between the hand-over and the row that says so.
        Assert.InRange(twice, 1, 3);
    }

    [Fact]
    public async Task Many_copies_of_the_handler_at_once_hand_the_message_over_once()
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = async (context, _) =>
        {
            await Task.Delay(100, carrier.Closing);
            context.Response.StatusCode = 202;
        };
        await using var office = await Office.Open();
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Copy<InvoiceIssuedHandler, InvoiceIssued>(office, new(office.Account, office.Reference)))));
        var key = NotificationsRows.Delivery("invoice", Office.Number, "email", "ahmet@bakkal.example");
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(() => Copy<DeliverHandler, Deliver>(office, new(office.Account, key)))));
        await office.Host.Advance(TimeSpan.FromHours(1));
        Assert.Single(carrier.Bodies);
        Assert.Equal(DeliveryState.Sent, Assert.Single(await office.Deliveries()).State);
    }

    [Fact]
    public async Task A_mail_whose_invoice_is_gone_is_not_lost_but_waits_in_the_poison_work()
    {
        await using var office = await Office.Open();
        await office.Issue();
        var pdf = (await office.Host.Get<InvoiceReader>().Find(office.Account, office.Reference, default))!.PdfHash!;
        var bytes = await office.Host.Get<IBlobs>().Find(BillingRows.PdfBlob(pdf), default);
        await office.Host.Get<IBlobs>().Remove(BillingRows.PdfBlob(pdf), default);
        await office.Host.Advance(TimeSpan.FromHours(2));
        Assert.Contains("is missing", Assert.Single(await office.Host.PoisonRows()).Error, StringComparison.Ordinal);
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Waiting, Reasons.CannotBeWritten, 0), (delivery.State, delivery.Reason, delivery.HandOvers));

        await office.Host.Get<IBlobs>().Put(BillingRows.PdfBlob(pdf), bytes, default);
        var poison = Assert.Single(await office.Host.Get<Poison>().List(null, 10, default));
        await office.Host.Get<Poison>().Retry(poison.Key, default);
        await office.Host.Advance(TimeSpan.FromMinutes(5));
        Assert.Single(await office.Mails());
    }

    private static async Task Copy<THandler, TMessage>(Office office, TMessage message)
        where THandler : IHandle<TMessage>
    {
        await using var scope = office.Host.Get<IServiceScopeFactory>().CreateAsyncScope();
        try
        {
            await scope.ServiceProvider.GetRequiredService<THandler>().Handle(message, default);
        }
        catch (DeferException)
        {
            // It waits for the copy that has the claim.
        }
    }
}
