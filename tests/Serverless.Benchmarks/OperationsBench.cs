using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using Vade.Accounts;
using Vade.Billing;
using Vade.Payments;

namespace Vade.Benchmarks;

/// <summary>
/// What each use case asks of tables, blobs and queues, and what a cloud would bill for it. Counted at the ports, with
/// everything that follows from it within the hour: messages, receipts, finishing.
/// </summary>
internal static partial class OperationsBench
{
    private const int Thousand = 1_000;
    private const int Views = 5;
    private static readonly DateTimeOffset BillingDay = new(2026, 11, 1, 6, 0, 0, TimeSpan.Zero);

    private sealed record Measured(string Name, Operations Count, TimeSpan Cpu, int Times, IReadOnlyList<string> Details)
    {
        public double PerThousand(long count) => (double)count * Thousand / Times;
    }

    public static async Task Run(int size)
    {
        var prices = Prices.Read();
        var cases = new List<Measured>();
        await using var office = await Office.Open();

        cases.Add(await Measure(office, "import of customers", size, () => office.Call<JsonElement>(
            HttpMethod.Post, "/api/v1/imports/customers",
            "code;title;emails\n" + string.Concat(Enumerable.Range(0, size).Select(i => $"I{i};Içe aktarılan {i} Ltd.;i{i}@customer.example\n")))));
        await office.Prepare(size);
        office.MoveTo(BillingDay);
        cases.Add(await Measure(office, "billing run", size, office.FireBilling));

        var links = new List<string>();
        var few = Math.Min(size, 100);
        foreach (var invoice in (await office.Get<InvoiceIndex>().Page(null, 3 * few, default)).Select(row => row.Value))
        {
            var customer = (await office.Get<CustomerReader>().Find(invoice.Account, default))!;
            links.Add("/p/" + office.Get<PayLinks>().Token(PayLinks.ToInvoice(customer, invoice.Ref)));
        }

        cases.Add(await Measure(office, "view of the pay page", few, () => Each(links.Take(few), link => Page(office, link))));
        cases.Add(await Measure(office, "payment by the page, receipt and its mail included", few, () => Each(links.Take(few), link => Pay(office, link))));
        cases.Add(await Measure(office, "payment by hand, receipt and its mail included", few, () => Each(
            Enumerable.Range(0, few).Select(i => $"C{i}"),
            code => office.Call<JsonElement>(HttpMethod.Post, $"/api/v1/customers/{code}/payments", new { amount = "100.00", means = "cash", reference = "hand-" + code }))));
        cases.Add(await Webhook(office, [.. links.Skip(few).Take(few)]));
        foreach (var (name, path) in new[]
        {
            ("page of fifty invoices", "/api/v1/invoices"), ("page of fifty open invoices", "/api/v1/invoices?status=open"),
            ("page of fifty customers", "/api/v1/customers"), ("page of fifty payments", "/api/v1/payments"),
        })
            cases.Add(await Measure(office, name, Views, () => Each(Enumerable.Range(0, Views), _ => office.Call<JsonElement>(HttpMethod.Get, path))));
        foreach (var report in office.Get<IEnumerable<IReport>>())
        {
            cases.Add(await Measure(office, string.Create(CultureInfo.InvariantCulture, $"report {report.Name} over {size:N0} customers"), Views, () => Each(
                Enumerable.Range(0, Views), _ => office.Call<JsonElement>(HttpMethod.Get, "/api/v1/reports/" + report.Name))));
        }

        cases.Add(await Measure(office, string.Create(CultureInfo.InvariantCulture, $"the office's figures over {size:N0} customers"), Views, () => Each(
            Enumerable.Range(0, Views), _ => office.Get<OfficeFigures>().Read(null, default))));

        Tell(cases, prices);
    }

    private static async Task<Measured> Measure(Office office, string name, int times, Func<Task> work)
    {
        office.Tally.Start();
        var cpu = Environment.CpuUsage.TotalTime;
        await work();
        await office.Drain();
        return new(
            name, office.Tally.Read(), Environment.CpuUsage.TotalTime - cpu, times,
            [.. office.Tally.Details().Where(detail => detail.Count >= times / 2).Select(detail => $"{detail.What} {Report.Number((double)detail.Count / times, 2)}")]);
    }

    /// <summary>A second notification about a payment that is settled.</summary>
    private static async Task<Measured> Webhook(Office office, IReadOnlyList<string> links)
    {
        var notices = new List<WebhookBench.Notice>();
        foreach (var link in links)
            notices.Add(await WebhookBench.Approved(office, link["/p/".Length..]));
        await Each(notices, notice => WebhookBench.Post(office, notice));
        await office.Drain();
        return await Measure(office, "notification that is a repetition", notices.Count, () => Each(notices, notice => WebhookBench.Post(office, notice)));
    }

    private static async Task Each<T>(IEnumerable<T> items, Func<T, Task> work)
    {
        foreach (var item in items)
            await work(item);
    }

    private static async Task<(string Path, string Html)> Page(Office office, string path, HttpContent? form = null)
    {
        using var response = form is null ? await office.Client.GetAsync(path) : await office.Client.PostAsync(path, form);
        if (response.StatusCode is HttpStatusCode.SeeOther or HttpStatusCode.Redirect)
            return await Page(office, new Uri(office.Client.BaseAddress!, response.Headers.Location!).PathAndQuery);
        response.EnsureSuccessStatusCode();
        return (path, await response.Content.ReadAsStringAsync());
    }

    private static async Task Pay(Office office, string link)
    {
        var shop = await Page(office, link);
        var form = Forms().Matches(shop.Html).First(match => match.Value.Contains("id=\"pay\"", StringComparison.Ordinal)).Value;
        var fields = Hidden().Matches(form).ToDictionary(field => field.Groups[1].Value, field => WebUtility.HtmlDecode(field.Groups[2].Value));
        using var pay = new FormUrlEncodedContent(fields);
        var bank = await Page(office, WebUtility.HtmlDecode(Action().Match(form) is { Success: true } action ? action.Groups[1].Value : link), pay);
        using var approve = new FormUrlEncodedContent([new("outcome", "approve")]);
        await Page(office, bank.Path, approve);
    }

    private static void Tell(IReadOnlyList<Measured> cases, Prices prices)
    {
        Console.WriteLine($"Per 1,000, counted at the ports; prices of {prices.Date}: {prices.Source}.");
        Report.Table(
            ["use case", "table reads", "table writes", "blob reads", "blob writes", "queue ops", "cents", "executions", "CPU s", "cents of functions"],
            cases.Select(one => new[]
            {
                one.Name,
                Report.Number(one.PerThousand(one.Count.TableReads), 0), Report.Number(one.PerThousand(one.Count.TableWrites), 0),
                Report.Number(one.PerThousand(one.Count.BlobReads), 0), Report.Number(one.PerThousand(one.Count.BlobWrites), 0),
                Report.Number(one.PerThousand(one.Count.Queues), 0), Report.Number(Cents(one, prices.OfOperations(one.Count)), 3),
                Report.Number(one.PerThousand(one.Count.Executions), 0), Report.Number(one.Cpu.TotalSeconds * Thousand / one.Times, 2),
                Report.Number(Cents(one, prices.OfFunctions(one.Count, one.Cpu)), 3),
            }));
        foreach (var one in cases)
            Console.WriteLine($"{one.Name}, each: {string.Join(", ", one.Details)}");
        Console.WriteLine();
        Console.WriteLine(JsonSerializer.Serialize(cases.ToDictionary(
            one => one.Name,
            one => new
            {
                tableReads = Math.Round(one.PerThousand(one.Count.TableReads)),
                tableWrites = Math.Round(one.PerThousand(one.Count.TableWrites)),
                blobReads = Math.Round(one.PerThousand(one.Count.BlobReads)),
                blobWrites = Math.Round(one.PerThousand(one.Count.BlobWrites)),
                queueOperations = Math.Round(one.PerThousand(one.Count.Queues)),
                executions = Math.Round(one.PerThousand(one.Count.Executions)),
                usCents = Math.Round(Cents(one, prices.OfOperations(one.Count)), 4),
                usCentsOfFunctions = Math.Round(Cents(one, prices.OfFunctions(one.Count, one.Cpu)), 4),
            })));
    }

    private static double Cents(Measured one, decimal dollars) => (double)(dollars * 100m * Thousand / one.Times);

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline, 1000)]
    private static partial Regex Forms();

    [GeneratedRegex("<form[^>]*action=\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Action();

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Hidden();
}
