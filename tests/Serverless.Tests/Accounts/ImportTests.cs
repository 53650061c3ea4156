using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Vade.Accounts;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Tests.Kernel;

namespace Vade.Tests.Accounts;

public sealed class ImportTests
{
    [Fact]
    public async Task The_public_numbers_of_three_countries_are_taken_and_the_same_file_again_changes_nothing()
    {
        await using var office = new Office();
        using var api = await office.Client();
        var rows = PublicCompanyNumbers.Vkn.Take(60).Select(number => (Country: "TR", Number: number))
            .Concat(PublicCompanyNumbers.Rut.Take(30).Select(number => (Country: "CL", Number: number)))
            .Concat(PublicCompanyNumbers.Voen.Take(10).Select(number => (Country: "AZ", Number: number)))
            .ToArray();
        var csv = "code;title;country;taxId;emails;whatsApp;address;dueDays\r\n" + string.Concat(rows.Select((row, i) =>
            $"\"120/{i:000}\";Müşteri {i};{row.Country};{row.Number};\"a{i}@b.example;c@d.example\";hayır;\"Moda Cad. {i}, Caferağa, İstanbul, 34710\";{i % 30}\r\n"));

        var first = await Import(api, Encoding.UTF8.GetBytes(csv));
        Assert.Equal("""{"rows":100,"accepted":100,"rejected":[]}""", first.GetRawText());
        var customer = await office.Get<CustomerReader>().OfCode("120/000", default);
        Assert.Equal(["a0@b.example", "c@d.example"], customer!.Emails);
        Assert.Equal(new Address("Moda Cad. 0", "Caferağa", "İstanbul", "34710", "TR"), customer.Address);

        var messages = office.Waiting(AccountStore.Queue);
        Assert.Equal(1, messages);
        var again = await Import(api, CodePagesEncodingProvider.Instance.GetEncoding(1254)!.GetBytes(csv));
        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(1, (await office.Get<CustomerReader>().OfCode("120/000", default))!.Revision);
        Assert.Equal(messages, office.Waiting(AccountStore.Queue));
    }

    [Fact]
    public async Task Every_error_is_named_by_row_and_column_and_does_not_stop_the_other_rows()
    {
        await using var office = new Office();
        using var api = await office.Client();
        var report = await Import(api, """
            code,title,taxId,emails,whatsApp,dueDays
            C1,A,4540536921,x;a@b.example,perhaps,soon
            C2,B,4540536920,,,
            C2,B again,,,,
            ,C,,,,
            C3,,,,,
            C4,D,,,true,366
            """u8.ToArray());
        Assert.Equal((6, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("accepted").GetInt32()));
        Assert.Equal(
            [(2, "dueDays", "type"), (2, "emails", "email.syntax"), (2, "taxId", "taxId.checkDigit"), (2, "whatsApp", "type"), (4, "code", "row.duplicate"),
                (5, "code", "code.length"), (6, "title", "title.required"), (7, "dueDays", "dueDays.range")],
            report.GetProperty("rejected").EnumerateArray()
                .Select(error => (error.GetProperty("row").GetInt32(), error.GetProperty("column").GetString()!, error.GetProperty("code").GetString()!)).Order());
        Assert.NotNull(await office.Get<CustomerReader>().OfCode("C2", default));
        Assert.Null(await office.Get<CustomerReader>().OfCode("C1", default));
    }

    [Fact]
    public async Task A_workbook_is_taken_and_leading_zeros_that_it_lost_come_back()
    {
        await using var office = new Office();
        using var api = await office.Client();
        using var file = new MemoryStream();
        XlsxWriter.Write(file, Language.Tr, new SheetDocument(
            "Müşteriler",
            [SheetColumn.Text("code"), SheetColumn.Text("title"), SheetColumn.Integer("taxId"), SheetColumn.Integer("dueDays")],
            [["C1", "Işık", 10213576m, 30m]]));
        var report = await Import(api, file.ToArray());
        Assert.Equal("""{"rows":1,"accepted":1,"rejected":[]}""", report.GetRawText());
        var customer = await office.Get<CustomerReader>().OfCode("C1", default);
        Assert.Equal(("0010213576", 30), (customer!.TaxId, customer.DueDays));
    }

    [Fact]
    public async Task An_amount_that_no_sum_can_hold_is_refused_in_its_row()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await Import(api, "code;title\r\nC1;A"u8.ToArray());
        var report = await Import(api, "customer;number;direction;date;net;tax;total\r\nC1;F1;sale;2026-11-30;79228162514264337593543950335;79228162514264337593543950335;5\r\nC1;F2;sale;2026-11-30;4;1;5\r\n"u8.ToArray(), "documents");
        Assert.Equal((2, 1), (report.GetProperty("rows").GetInt32(), report.GetProperty("accepted").GetInt32()));
        Assert.Equal(["net", "tax"], report.GetProperty("rejected").EnumerateArray().Select(error => error.GetProperty("column").GetString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_none_or_has_wrong_headers_is_refused_whole()
    {
        await using var office = new Office();
        using var api = await office.Client();
        Assert.Equal(400, (int)(await api.PostAsync("imports/customers", new ByteArrayContent([]))).StatusCode);
        Assert.Equal(404, (int)(await api.PostAsync("imports/planets", new StringContent("a"))).StatusCode);
        using var wrong = await api.PostAsync("imports/customers", new StringContent("code;name\r\nC1;A"));
        Assert.Equal(422, (int)wrong.StatusCode);
        var errors = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("errors");
        Assert.Equal(["name", "title"], errors.EnumerateArray().Select(error => error.GetProperty("column").GetString()));
    }

    [Fact]
    public async Task A_file_of_documents_is_posted_once_with_the_decimal_sign_that_it_uses()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await Import(api, "code;title\r\nC1;A"u8.ToArray());
        var file = """
            customer;number;direction;date;total;remaining
            C1;F1;sale;02.11.2026;1.200,50;1.200,50
            C1;F2;sale;2026-11-03;1.000;0
            C9;F3;sale;2026-11-03;1,00;
            C1;F4;lease;yesterday;one;
            """u8.ToArray();
        for (var i = 0; i < 2; i++)
        {
            var report = await Import(api, file, "documents");
            Assert.Equal((4, 2), (report.GetProperty("rows").GetInt32(), report.GetProperty("accepted").GetInt32()));
            Assert.Equal(
                [(4, "customer"), (5, "date"), (5, "direction"), (5, "total")],
                report.GetProperty("rejected").EnumerateArray().Select(error => (error.GetProperty("row").GetInt32(), error.GetProperty("column").GetString()!)).Order());
            var ledger = office.Get<LedgerReader>();
            Assert.Equal(1_200.50m, (await ledger.Head("C1", default)).Balance(Currency.TRY).Amount);
            Assert.Equal(3, (await ledger.Entries("C1", default)).Count);
        }
    }

    [Fact]
    public async Task The_finishing_messages_of_a_file_are_few_and_mend_what_a_crash_left()
    {
        await using var office = new Office();
        using var api = await office.Client();
        var file = Encoding.UTF8.GetBytes("code;title\r\n" + string.Concat(Enumerable.Range(0, 450).Select(i => $"C{i:000};Müşteri {i}\r\n")));
        await Import(api, file);
        Assert.Equal(3, office.Waiting(AccountStore.Queue));

        for (var bucket = 0; bucket < 16; bucket++)
        {
            var rows = await office.Tables.Range("directory", $"customers-{bucket:x}", KeyRange.All, 1_000, default);
            await office.Tables.Remove("directory", $"customers-{bucket:x}", [.. rows.Select(row => row.Key)], default);
        }

        office.Clock.Advance(TimeSpan.FromMinutes(11));
        foreach (var message in await office.Receive(AccountStore.Queue))
            await office.Get<Dispatcher>().Dispatch(AccountStore.Queue, message, default);
        var found = 0;
        await foreach (var _ in office.Get<CustomerReader>().Accounts(default))
            found++;
        Assert.Equal(450, found);
    }

    private static async Task<JsonElement> Import(HttpClient api, byte[] file, string kind = "customers")
    {
        using var response = await api.PostAsync("imports/" + kind, new ByteArrayContent(file));
        Assert.Equal(200, (int)response.StatusCode);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }
}
