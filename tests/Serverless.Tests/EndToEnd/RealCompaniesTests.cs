using System.Globalization;
using System.Text;
using System.Text.Json;
using Vade.Tests.Hosting;
using Vade.Tests.Kernel;

namespace Vade.Tests.EndToEnd;

/// <summary>
/// A month of an office, with the tax ids of real companies of three countries: imported from a file, billed, mailed,
/// collected half by the pay page and half by hand, and every account even at the end.
/// </summary>
public sealed class RealCompaniesTests
{
    private sealed record Company(string Code, string Country, string Language, string TaxId, string Title, string? Currency, string Price);

    private static readonly IReadOnlyList<Company> Companies =
    [
        .. PublicCompanyNumbers.Vkn.Select((id, i) => new Company($"TR-{i:D3}", "TR", "tr", id, $"Ş{i:D3} IŞIK, ÖZGÜR & İÇ \"TİC.\" A.Ş.", null, "1000.15")),
        .. PublicCompanyNumbers.Rut.Select((id, i) => new Company($"CL/{i:D3}", "CL", "es", Dotted(id), $"Señor Muñoz Nº{i:D3}, Ltda.", "CLP", "119990")),
        .. PublicCompanyNumbers.Voen.Select((id, i) => new Company($"AZ {i:D3}", "AZ", "az", id, $"Gəncə-Şəki №{i:D3} MMC", "AZN", "250.05")),
    ];

    [Fact]
    [Trait("Feature", "B6")]
    [Trait("Feature", "B7")]
    [Trait("Feature", "B11")]
    [Trait("Feature", "B20")]
    [Trait("Feature", "B23")]
    public async Task A_month_of_real_companies_is_billed_mailed_and_paid_to_the_last_kurus()
    {
        await using var app = await AppProcess.Start(environment: Office.StartsAt("2026-10-31T06:00:00Z"));
        var office = new Office(app);

        await ImportsThem(office);
        foreach (var company in Companies)
            await office.PutService(company.Code, "S1", "2026-11-01", company.Price, company.Currency);
        await office.MoveClock("2026-11-01T06:00:00Z");

        var invoices = await office.All("/api/v1/invoices");
        Assert.Equal(Companies.Select(company => company.Code).Order(StringComparer.Ordinal), invoices.Select(invoice => invoice.Text("customer")).Order(StringComparer.Ordinal));
        Assert.Equal(
            Enumerable.Range(1, Companies.Count).Select(n => $"VAD2026{n:D9}"),
            invoices.Select(invoice => invoice.Text("number")).Order(StringComparer.Ordinal));
        Assert.Empty((await office.Get("/api/v1/reports/missing-invoices")).GetProperty("rows").EnumerateArray());
        await EveryInvoiceWasMailedOnce(office, invoices);

        for (var i = 0; i < invoices.Count; i++)
        {
            if (i % 2 == 0)
                await office.Pay(invoices[i].Text("payUrl"), i % 10 == 0 ? "approve-twice" : "approve");
            else
                await PaysByTransfer(office, invoices[i]);
        }

        await office.MoveClock("2026-11-01T08:00:00Z");
        await EverythingIsPaid(office);
    }

    private static async Task ImportsThem(Office office)
    {
        var csv = new StringBuilder("code;title;taxId;country;language;emails\r\n");
        foreach (var company in Companies)
            csv.Append(CultureInfo.InvariantCulture, $"{company.Code};\"{company.Title.Replace("\"", "\"\"", StringComparison.Ordinal)}\";{company.TaxId};{company.Country};{company.Language};{Address(company.Code)}\r\n");
        for (var again = 0; again < 2; again++)
        {
            var report = await office.Import("customers", csv.ToString());
            Assert.Empty(report.GetProperty("rejected").EnumerateArray());
            Assert.Equal((Companies.Count, Companies.Count), (report.GetProperty("rows").GetInt32(), report.GetProperty("accepted").GetInt32()));
        }

        var customers = await office.All("/api/v1/customers");
        Assert.Equal(
            Companies.Select(company => (company.Code, company.Title)).Order(),
            customers.Select(customer => (customer.Text("code"), customer.Text("title"))).Order());
        Assert.Equal(customers.Count, customers.Select(customer => customer.Text("payerNumber")).Distinct().Count());
    }

    private static async Task EveryInvoiceWasMailedOnce(Office office, IReadOnlyList<JsonElement> invoices)
    {
        var mails = await office.Mailbox();
        foreach (var invoice in invoices)
        {
            var path = Office.Path(invoice.Text("payUrl"));
            var mail = Assert.Single(mails, mail => mail.GetProperty("links").EnumerateArray().Any(link => Office.Path(link.GetString()!) == path));
            Assert.Equal(Address(invoice.Text("customer")), mail.Text("to"));
            Assert.Contains(mail.GetProperty("attachments").EnumerateArray(), file => file.Text("type") == "application/pdf");
        }
    }

    private static async Task PaysByTransfer(Office office, JsonElement invoice)
    {
        var number = invoice.Text("number");
        var body = new
        {
            amount = invoice.Text("total"),
            currency = invoice.Text("currency"),
            means = "transfer",
            reference = "bank-" + number,
            receivedOn = "2026-11-01",
            invoices = new[] { number },
        };
        var first = await office.Post($"/api/v1/customers/{Office.Name(invoice.Text("customer"))}/payments", body);
        var again = await office.Post($"/api/v1/customers/{Office.Name(invoice.Text("customer"))}/payments", body);
        Assert.Equal(first.Text("id"), again.Text("id"));
    }

    private static async Task EverythingIsPaid(Office office)
    {
        var invoices = await office.All("/api/v1/invoices");
        Assert.All(invoices, invoice => Assert.Equal(("paid", 0m), (invoice.Text("status"), invoice.Amount("remaining"))));
        var payments = await office.All("/api/v1/payments");
        Assert.Equal(
            invoices.Select(invoice => (invoice.Text("number"), invoice.Amount("total"))).Order(),
            payments.Select(payment => (payment.GetProperty("allocations")[0].Text("invoice"), payment.Amount("amount"))).Order());
        Assert.All(payments, payment => Assert.Equal("confirmed", payment.Text("status")));
        Numbers.HaveNoGap(payments.Select(payment => payment.Text("receiptNumber")));
        foreach (var company in Companies)
        {
            var statement = await office.Get($"/api/v1/customers/{Office.Name(company.Code)}/statement?from=2026-11-01&to=2026-11-30{(company.Currency is { } currency ? "&currency=" + currency : "")}");
            var entries = statement.GetProperty("entries").EnumerateArray().ToArray();
            Assert.Equal(2, entries.Length);
            Assert.Equal(0m, statement.Amount("closing"));
            Assert.Equal(entries.Sum(entry => entry.Amount("debit")), entries.Sum(entry => entry.Amount("credit")));
        }

        Assert.Empty(await office.All("/api/v1/customers?overdue=true"));
        Assert.Empty(await office.All("/api/v1/work/poison"));
    }

    private static string Address(string code) => $"{code.ToLowerInvariant().Replace('/', '-').Replace(' ', '-')}@company.example";

    // As Chileans write it: 76.001.925-9.
    private static string Dotted(string rut) =>
        int.Parse(rut[..^2], CultureInfo.InvariantCulture).ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '.') + rut[^2..];
}

internal static class Numbers
{
    /// <summary>Numbers of one series follow each other from 1, whatever stands before their last nine digits.</summary>
    public static void HaveNoGap(IEnumerable<string> numbers)
    {
        var all = numbers.Order(StringComparer.Ordinal).ToArray();
        Assert.NotEmpty(all);
        foreach (var series in all.GroupBy(number => number[..^9], StringComparer.Ordinal))
            Assert.Equal(Enumerable.Range(1, series.Count()), series.Select(number => int.Parse(number[^9..], CultureInfo.InvariantCulture)));
    }
}
