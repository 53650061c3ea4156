using System.Net;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Tests.Documents;
using Vade.Tests.Documents.Sheets;
using Vade.Tests.Hosting;
using Vade.Tests.Payments;

namespace Vade.Tests.Reports;

/// <summary>One office, asked for its reports in every form.</summary>
public sealed class ReportApiTests : IAsyncLifetime
{
    private VadeInProcess _app = null!;

    public async ValueTask InitializeAsync()
    {
        _app = await VadeInProcess.Start(_ => { });
        await _app.Put("/api/v1/customers/C1", """{"title":"=HYPERLINK(\"x\") Güneş","emails":["a@b.example"]}""");
        await _app.Put("/api/v1/customers/C1/documents/F1", """{"direction":"sale","date":"2026-01-01","dueOn":"2026-01-31","total":"1234.50"}""");
        await _app.Post("/api/v1/customers/C1/payments", """{"amount":"34.50","means":"cash","reference":"P1"}""");
        // The projector hears of it off the queue.
        for (var i = 0; i < 200 && (await Totals("unpaid")).GetProperty("remaining").GetString() != "1200.00"; i++)
            await Task.Delay(50);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    [Trait("Feature", "B17")]
    public async Task A_report_answers_its_rows_and_totals_with_amounts_as_plain_text()
    {
        var unpaid = (await _app.Send(HttpMethod.Get, "/api/v1/reports/unpaid")).Body;
        Assert.Equal("TRY", unpaid.GetProperty("currency").GetString());
        var row = Assert.Single(unpaid.GetProperty("rows").EnumerateArray());
        Assert.Equal(("C1", "F1", "2026-01-31", "1234.50", "1200.00", true, false), (
            row.GetProperty("customer").GetString(), row.GetProperty("number").GetString(), row.GetProperty("dueOn").GetString(),
            row.GetProperty("total").GetString(), row.GetProperty("remaining").GetString(), row.GetProperty("hasEmail").GetBoolean(), row.GetProperty("hasPhone").GetBoolean()));
        Assert.True(row.GetProperty("daysLate").GetInt32() > 200);
        Assert.Equal(("1200.00", 1), (unpaid.GetProperty("totals").GetProperty("remaining").GetString(), unpaid.GetProperty("totals").GetProperty("count").GetInt32()));

        Assert.Equal("1200.00", (await Totals("delays")).GetProperty("over90").GetString());
        Assert.Equal(("34.50", 1), ((await Totals("collections")).GetProperty("amount").GetString(), (await Totals("collections")).GetProperty("count").GetInt32()));
        Assert.Equal("1200.00", (await Totals("cashflow")).GetProperty("total").GetString());
        Assert.Equal(0, (await Totals("missing-invoices")).GetProperty("count").GetInt32());
        Assert.Equal("0.00", (await Totals("unpaid?currency=USD")).GetProperty("remaining").GetString());
        Assert.Equal("0.00", (await Totals("unpaid?minAmount=1200.01")).GetProperty("remaining").GetString());
        Assert.Equal("0.00", (await Totals("unpaid?customer=C2")).GetProperty("remaining").GetString());
        Assert.Equal("1200.00", (await Totals("unpaid?customer=C1&minDaysLate=5")).GetProperty("remaining").GetString());
        Assert.Equal("0.00", (await Totals("collections?means=card")).GetProperty("amount").GetString());
        Assert.Equal("0.00", (await Totals("collections?from=2020-01-01&to=2020-12-31")).GetProperty("amount").GetString());
    }

    [Fact]
    public async Task What_cannot_be_asked_is_refused()
    {
        (string Asked, HttpStatusCode Status)[] refused =
        [
            ("unpaid?minDaysLate=-1", HttpStatusCode.BadRequest),
            ("unpaid?minAmount=x", HttpStatusCode.BadRequest),
            ("delays?asOf=2026-13-01", HttpStatusCode.BadRequest),
            ("collections?means=gold", HttpStatusCode.BadRequest),
            ("collections?from=2026-02-01&to=2026-01-01", HttpStatusCode.UnprocessableEntity),
            ("cashflow?weeks=61", HttpStatusCode.BadRequest),
            ("cashflow?lang=xx", HttpStatusCode.BadRequest),
            ("cashflow?currency=XXX", HttpStatusCode.UnprocessableEntity),
            ("nothing", HttpStatusCode.NotFound),
            ("nothing.pdf", HttpStatusCode.NotFound),
        ];
        foreach (var (asked, status) in refused)
            Assert.Equal((asked, status), (asked, (await _app.Send(HttpMethod.Get, "/api/v1/reports/" + asked)).Status));
    }

    [Fact]
    [Trait("Feature", "B17")]
    public async Task Every_report_leaves_as_text_as_workbook_and_as_paper_in_five_languages()
    {
        foreach (var report in _app.Services.GetServices<IReport>())
        {
            foreach (var language in Languages.All)
            {
                var csv = Encoding.UTF8.GetString(await File($"{report.Name}.csv?lang={language.Code()}", "text/csv"));
                Assert.DoesNotContain(csv.Split(';', '\n', '"'), cell => cell.StartsWith('='));
                var table = Samples.ReadTable(await File($"{report.Name}.xlsx?lang={language.Code()}", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"));
                Assert.NotNull(table);
                var pdf = await File($"{report.Name}.pdf?lang={language.Code()}", "application/pdf");
                Assert.Empty(await PdfStructure.Broken(pdf));
                Assert.Matches(@"Page size:\s+841\.89 x 595\.28", await PdfTools.Info(pdf));
            }
        }

        Assert.Contains("1.200,00", await PdfTools.Text(await File("unpaid.pdf?lang=tr", "application/pdf")), StringComparison.Ordinal);
        Assert.Contains("1,200.00", await PdfTools.Text(await File("delays.pdf?lang=en", "application/pdf")), StringComparison.Ordinal);
    }

    private async Task<System.Text.Json.JsonElement> Totals(string asked)
    {
        var (status, body) = await _app.Send(HttpMethod.Get, "/api/v1/reports/" + asked);
        Assert.Equal(HttpStatusCode.OK, status);
        return body.GetProperty("totals");
    }

    private async Task<byte[]> File(string asked, string type)
    {
        using var response = await _app.Client.GetAsync(new Uri("/api/v1/reports/" + asked, UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        return await response.Content.ReadAsByteArrayAsync();
    }
}
