using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Payments;

namespace Vade.Benchmarks;

/// <summary>
/// So many notifications to the simulated provider's endpoint, shuffled, three in ten of the payments notified twice,
/// sixteen at a time; then everything that follows. Each payment must be booked once.
/// </summary>
internal static class WebhookBench
{
    private const int AtOnce = 16;
    private const int Seed = 20261101;
    private static readonly DateTimeOffset BillingDay = new(2026, 11, 1, 6, 0, 0, TimeSpan.Zero);

    public sealed record Notice(byte[] Body, string Signature);

    public static async Task Run(int notifications)
    {
        var payments = (int)(notifications / 1.3);
        await using var office = await Office.Open();
        await office.Prepare(payments);
        office.MoveTo(BillingDay);
        await office.FireBilling();
        await office.Drain();
        var notices = new List<Notice>();
        await foreach (var link in Links(office))
            notices.Add(await Approved(office, link));

        Notice[] sent = [.. notices, .. notices.Take(notifications - payments)];
        Shuffle(sent);
        office.Served.Clear();
        var (cpu, wall) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        await Parallel.ForEachAsync(sent, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (notice, _) => await Post(office, notice));
        var (answered, took) = (Environment.CpuUsage.TotalTime - cpu, Stopwatch.GetElapsedTime(wall));
        var served = office.Served.Order().ToArray();
        await office.Drain();
        var settled = Environment.CpuUsage.TotalTime - cpu - answered;

        var booked = 0;
        await foreach (var account in office.Get<CustomerReader>().Accounts(default))
            booked += (await office.Get<PaymentReader>().Of(account, default)).Count;
        if (booked != payments)
            throw new InvalidOperationException($"{payments} payments were notified, {booked} booked.");
        Report.Table(
            ["notifications", "payments", "CPU ms each", "p50 ms", "p99 ms", "each second", "CPU ms a payment, settled"],
            [[
                Report.Number(sent.Length, 0), Report.Number(booked, 0), Report.Number(answered.TotalMilliseconds / sent.Length, 3),
                Report.Number(Report.Percentile(served, 50), 2), Report.Number(Report.Percentile(served, 99), 2), Report.Number(sent.Length / took.TotalSeconds, 0),
                Report.Number(settled.TotalMilliseconds / booked, 2),
            ]]);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            notifications = sent.Length,
            payments = booked,
            cpuMsPerNotification = Math.Round(answered.TotalMilliseconds / sent.Length, 3),
            p50Ms = Math.Round(Report.Percentile(served, 50), 3),
            p99Ms = Math.Round(Report.Percentile(served, 99), 3),
            notificationsPerSecond = Math.Round(sent.Length / took.TotalSeconds, 1),
            cpuMsPerSettledPayment = Math.Round(settled.TotalMilliseconds / booked, 3),
        }));
    }

    /// <summary>Begins a payment of what the link shows and has the bank approve it; the notification is still to be sent.</summary>
    public static async Task<Notice> Approved(Office office, string token)
    {
        var (scope, _) = await office.Get<PayLinks>().Resolve(token, default) ?? throw new InvalidOperationException("A link does not work.");
        var due = Owed.Of(scope, await office.Get<LedgerReader>().Head(scope.Account, default), Currency.Of("TRY")).Amount;
        var outcome = await office.Get<StartPayment>().Start(scope, due, due, Language.Tr, default);
        var reference = outcome is PayOutcome.Go(var to) ? new Uri(to.Url).Segments[^1] : throw new InvalidOperationException($"The payment did not begin: {outcome}");
        var session = (await office.Get<SimulatedBank>().Decide(reference, SimulatedBank.ApproveSilently, default))!;
        var body = JsonSerializer.SerializeToUtf8Bytes(new BankNotice(reference, "approved", session.Captures[0]), PaymentsJson.Default.BankNotice);
        return new(body, BankSignature.Of(body, Convert.FromBase64String(session.NotifyKey)));
    }

    public static async Task Post(Office office, Notice notice)
    {
        using var content = new ByteArrayContent(notice.Body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        content.Headers.Add(BankSignature.Header, notice.Signature);
        using var answer = await office.Client.PostAsync("/webhooks/simulator", content);
        answer.EnsureSuccessStatusCode();
    }

    private static async IAsyncEnumerable<string> Links(Office office)
    {
        string? after = null;
        while (await office.Get<InvoiceIndex>().Page(after, 1_000, default) is { Count: > 0 } page)
        {
            foreach (var row in page)
            {
                var customer = (await office.Get<CustomerReader>().Find(row.Value.Account, default))!;
                yield return office.Get<PayLinks>().Token(PayLinks.ToInvoice(customer, row.Value.Ref));
            }

            after = page[^1].Key;
        }
    }

    // The same disorder each time: a linear congruential generator (Numerical Recipes) and Fisher and Yates.
    private static void Shuffle(Notice[] notices)
    {
        var state = (uint)Seed;
        for (var i = notices.Length - 1; i > 0; i--)
        {
            state = unchecked((state * 1664525) + 1013904223);
            var j = (int)(state % (uint)(i + 1));
            (notices[i], notices[j]) = (notices[j], notices[i]);
        }
    }
}
