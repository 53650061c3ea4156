using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Organisation;
using Vade.Payments;
using Vade.Tests.Billing;
using Vade.Tests.Payments;

namespace Vade.Tests.Accounts;

/// <summary>Opening balances, write-offs, small differences and pay-outs over the real slice.</summary>
public sealed class OperationsTests
{
    private static readonly DateOnly Today = new(2026, 11, 2);

    [Fact]
    [Trait("Feature", "B20")]
    public async Task An_opening_balance_ages_item_by_item_and_is_paid_like_an_invoice()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        var body = new OpeningBody("OPEN-1", AsOf: Today, Items: [new(400m, "2025/17", new(2025, 12, 1), new(2026, 1, 15)), new(100m, "2026/3", new(2026, 3, 1), new(2026, 12, 1))], Advance: 50m);

        var first = await host.Get<OpeningBalances>().Take(account, body, default);
        var again = await host.Get<OpeningBalances>().Take(account, body, default);

        Assert.True(Assert.IsType<OperationOutcome.Done>(first).IsNew);
        Assert.False(Assert.IsType<OperationOutcome.Done>(again).IsNew);
        Assert.IsType<OperationOutcome.OtherContent>(await host.Get<OpeningBalances>().Take(account, body with { Advance = 60m }, default));
        var head = await host.Ledger("C1");
        Assert.Equal([("2025/17", 350m, new DateOnly(2026, 1, 15)), ("2026/3", 100m, new DateOnly(2026, 12, 1))], head.Open.Select(item => (item.Number, item.Remaining, item.DueOn)));
        Assert.Equal(450m, head.Balance(Currency.TRY).Amount);

        // Through the link to the whole debt, and by its number.
        var reference = PaymentsGiven.RefOf(await host.Press(PayLinks.ToDebt(customer), amount: 350m));
        await host.Decide(reference, "approve");
        await host.Returns(account, reference);
        await host.Get<RecordPayment>().Record(customer, new(100m, "cash", "P1", "TRY", Invoices: ["2026/3"]), default);
        Assert.Empty((await host.Ledger("C1")).Open);
        Assert.Equal([PostingKind.OpeningBalance, PostingKind.OpeningBalance, PostingKind.Payment, PostingKind.Payment], (await host.Get<LedgerReader>().Entries(account, default)).Select(entry => entry.Kind));
        await host.BooksAreSound(["C1"]);
    }

    [Fact]
    [Trait("Feature", "B21")]
    public async Task What_is_written_off_is_owed_no_more_until_it_is_taken_back()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        var (one, two) = (await host.Invoice(customer, "R1", 100m), await host.Invoice(customer, "R2", 50m));
        await host.Get<RecordPayment>().Record(customer, new(20m, "cash", "P1", "TRY", Invoices: [one.Number]), default);

        var written = Assert.IsType<OperationOutcome.Done>(await host.Get<WriteOffs>().WriteOff(account, new("W1", "İflas", Invoices: [one.Number]), default));
        Assert.Equal(100m, written.Operation.Amount);
        Assert.Equal(("paid", "open"), (await host.Status(one), await host.Status(two)));
        Assert.Equal("100.00", (await host.Get<InvoiceViews>().Of(account, one, default)).WrittenOff);

        // A payment that comes for it all the same finds nothing to settle.
        var late = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, new(30m, "cash", "P2", "TRY", Invoices: [one.Number]), default));
        Assert.Equal(30m, late.Payment.Advance);

        var at = await host.Get<Operations>().FindById(written.Operation.Id, OperationKind.WriteOff, default);
        await host.Get<WriteOffs>().Cancel(at!, "Ödeyecekmiş", default);
        await host.Get<WriteOffs>().Cancel(at!, "Ödeyecekmiş", default);
        Assert.Equal(100m, (await host.Ledger("C1")).ItemOf(one.Ref)?.Remaining);
        Assert.Equal("0.00", (await host.Get<InvoiceViews>().Of(account, one, default)).WrittenOff);
        await host.BooksAreSound(["C1"]);
    }

    [Theory]
    // What is owed, what is paid, what is left open, what waits as an advance.
    [InlineData(120, 119.50, 0, 0)]
    [InlineData(120, 119, 0, 0)]
    [InlineData(120, 118.99, 1.01, 0)]
    [InlineData(120, 120.99, 0, 0)]
    [InlineData(120, 121.01, 0, 1.01)]
    [InlineData(1.20, 0.30, 0.90, 0)]
    [InlineData(0, 0.60, 0, 0.60)]
    [Trait("Feature", "B20")]
    public async Task A_payment_that_leaves_little_closes_it_and_takes_it_back_with_itself(double owed, double paid, double open, double advance)
    {
        await using var host = PaymentsGiven.Start();
        await host.Get<Settings>().Put(AccountsSettings.Section, new() { SmallBalance = new Dictionary<string, decimal> { ["TRY"] = 1.00m } }, default);
        var customer = await host.Customer("C1");
        if (owed > 0)
            await host.Invoice(customer, "R1", (decimal)owed / 1.2m);

        var recorded = Assert.IsType<RecordOutcome.Recorded>(await host.Get<RecordPayment>().Record(customer, new((decimal)paid, "cash", "P1", "TRY"), default));
        var head = await host.Ledger("C1");
        Assert.Equal(((decimal)open, (decimal)advance), (head.Open.Sum(item => item.Remaining), head.Credits.Sum(credit => credit.Left)));
        Assert.Equal((decimal)advance, recorded.Payment.Advance);

        await host.Get<CancelPayment>().Cancel(AccountStore.Of("C1"), recorded.Payment.Ref, "Yanlış", default);
        head = await host.Ledger("C1");
        Assert.Equal(((decimal)owed, 0m), (head.Open.Sum(item => item.Remaining), head.Credits.Sum(credit => credit.Left)));
        Assert.Equal((decimal)owed, head.Balance(Currency.TRY).Amount);
        await host.BooksAreSound(["C1"]);
    }

    [Fact]
    [Trait("Feature", "C11")]
    public async Task An_advance_is_paid_out_once_never_beyond_what_there_is_and_not_while_something_is_owed()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        await host.Get<RecordPayment>().Record(customer, new(80m, "cash", "P1", "TRY"), default);
        var payOuts = host.Get<PayOuts>();
        var body = new PayoutBody("O1", 50m, "transfer", "Fazla ödeme");

        Assert.Equal("amount.tooLarge", Refusal(await payOuts.PayOut(account, body with { Amount = 80.01m }, default)));
        var done = Assert.IsType<OperationOutcome.Done>(await payOuts.PayOut(account, body, default));
        Assert.False(Assert.IsType<OperationOutcome.Done>(await payOuts.PayOut(account, body, default)).IsNew);
        Assert.Equal(-30m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);

        // Paid for a chosen invoice that was gone: an advance beside something open.
        var paid = await host.Invoice(customer, "R1", 25m);
        var open = await host.Invoice(customer, "R2", 100m);
        await host.Get<RecordPayment>().Record(customer, new(10m, "cash", "P2", "TRY", Invoices: [paid.Number]), default);
        Assert.Equal("items.open", Refusal(await payOuts.PayOut(account, new("O2", 5m, "cash", "İade"), default)));
        Assert.IsType<OperationOutcome.Done>(await payOuts.PayOut(account, new("O2", 5m, "cash", "İade", EvenThoughOpen: true), default));

        await payOuts.Cancel((await host.Get<Operations>().FindById(done.Operation.Id, OperationKind.Payout, default))!, "Havale döndü", default);
        var head = await host.Ledger("C1");
        Assert.Equal((50m + 5m, 120m), (head.Credits.Sum(credit => credit.Left), head.ItemOf(open.Ref)?.Remaining));
        await host.BooksAreSound(["C1"]);
    }

    [Fact]
    public async Task A_closed_period_a_bad_amount_and_an_unknown_invoice_are_refused_and_claim_no_reference()
    {
        await using var host = PaymentsGiven.Start();
        var customer = await host.Customer("C1");
        var account = AccountStore.Of("C1");
        var organisation = await host.Get<Settings>().Get(OrganisationSettings.Section, default);
        await host.Get<Settings>().Put(OrganisationSettings.Section, organisation with { ClosedThrough = new(2026, 10, 31) }, default);

        Assert.Equal("period.closed", Refusal(await host.Get<OpeningBalances>().Take(account, new("X", AsOf: new(2026, 10, 31), Items: [new(1m)]), default)));
        Assert.Equal("asOf.future", Refusal(await host.Get<OpeningBalances>().Take(account, new("X", AsOf: Today.AddDays(1), Items: [new(1m)]), default)));
        Assert.Equal("items.required", Refusal(await host.Get<OpeningBalances>().Take(account, new("X"), default)));
        Assert.Equal("money.minorDigits", Refusal(await host.Get<OpeningBalances>().Take(account, new("X", Items: [new(1.005m)]), default)));
        Assert.Equal("nothing.open", Refusal(await host.Get<WriteOffs>().WriteOff(account, new("X", "İflas"), default)));
        Assert.Equal("invoice.notOpen", Refusal(await host.Get<WriteOffs>().WriteOff(account, new("X", "İflas", Invoices: ["YOK"]), default)));
        await host.Invoice(customer, "R1", 10m);
        Assert.Equal("amount.tooLarge", Refusal(await host.Get<WriteOffs>().WriteOff(account, new("X", "İflas", Amount: 12.01m), default)));
        Assert.Equal("period.closed", Refusal(await host.Get<PayOuts>().PayOut(account, new("X", 1m, "cash", "İade", PaidOn: new(2026, 10, 1)), default)));
        Assert.IsType<OperationOutcome.Done>(await host.Get<WriteOffs>().WriteOff(account, new("X", "İflas", Amount: 2m), default));
        Assert.Equal(10m, (await host.Ledger("C1")).Balance(Currency.TRY).Amount);
    }

    [Theory]
    [InlineData("opening", false)]
    [InlineData("opening", true)]
    [InlineData("writeOff", false)]
    [InlineData("writeOff", true)]
    [InlineData("payout", false)]
    [InlineData("payout", true)]
    [Trait("Feature", "C11")]
    public async Task A_crash_at_any_call_and_a_repetition_leave_it_done_once_and_taken_back_once(string operation, bool afterwards)
    {
        await using var host = PaymentsGiven.Start();
        var codes = new List<string>();
        for (var call = 1; ; call++)
        {
            var code = $"C{call}";
            var account = AccountStore.Of(code);
            var customer = await host.Customer(code);
            codes.Add(code);
            if (operation == "payout")
                await host.Get<RecordPayment>().Record(customer, new(100m, "cash", $"P{call}", "TRY"), default);
            else
                await host.Invoice(customer, $"R{call}", 100m);
            var before = (await host.Ledger(code)).Balance(Currency.TRY).Amount;
            Task<OperationOutcome> Do() => operation switch
            {
                "opening" => host.Get<OpeningBalances>().Take(account, new($"X{call}", Items: [new(40m, "E1"), new(2m, "E2")], Advance: 12m), default),
                "writeOff" => host.Get<WriteOffs>().WriteOff(account, new($"X{call}", "İflas", Amount: 30m), default),
                _ => host.Get<PayOuts>().PayOut(account, new($"X{call}", 30m, "transfer", "İade"), default),
            };

            host.CrashAt(call, afterwards);
            try
            {
                await Do();
            }
            catch (Vade.Tests.CrashException)
            {
            }

            var struck = host.Crash.Struck;
            await host.Restart();
            await host.Advance(TimeSpan.FromMinutes(11));
            var done = Assert.IsType<OperationOutcome.Done>(await Do());
            var expected = operation switch { "writeOff" => -30m, _ => 30m };
            Assert.Equal(before + expected, (await host.Ledger(code)).Balance(Currency.TRY).Amount);
            if (operation != "opening")
            {
                var at = await host.Get<Operations>().FindById(done.Operation.Id, done.Operation.Kind, default);
                Task Back() => operation == "writeOff" ? host.Get<WriteOffs>().Cancel(at!, "Hata", default) : host.Get<PayOuts>().Cancel(at!, "Hata", default);
                host.CrashAt(call, afterwards);
                try
                {
                    await Back();
                }
                catch (Vade.Tests.CrashException)
                {
                }

                await host.Restart();
                await Back();
                Assert.Equal(before, (await host.Ledger(code)).Balance(Currency.TRY).Amount);
            }

            if (!struck)
                break;
        }

        Assert.True(codes.Count > 8);
        await host.Advance(TimeSpan.FromMinutes(30));
        await host.BooksAreSound(codes);
    }

    [Fact]
    public async Task The_api_answers_first_201_then_200_other_content_409_and_what_is_wrong_422()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await AccountsApiTests.Send(api, "customers/C1", """{"title":"A"}""");
        const string Opening = """{"reference":"O1","asOf":"2026-11-01","items":[{"number":"E/1","issuedOn":"2026-01-01","dueOn":"2026-02-01","amount":"100.00"},{"number":"E/2","amount":"0.50"}],"advance":"20.00"}""";
        Assert.Equal((HttpStatusCode.Created, "80.50"), await Post(api, "customers/C1/opening-balances", Opening));
        Assert.Equal((HttpStatusCode.OK, "80.50"), await Post(api, "customers/C1/opening-balances", Opening));
        Assert.Equal((HttpStatusCode.Conflict, "reference.used"), await Post(api, "customers/C1/opening-balances", Opening.Replace("20.00", "21.00", StringComparison.Ordinal)));
        Assert.Equal((HttpStatusCode.NotFound, "notFound"), await Post(api, "customers/C9/opening-balances", Opening));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "items.required"), await Post(api, "customers/C1/opening-balances", """{"reference":"O2"}"""));
        Assert.Equal((HttpStatusCode.Created, "80.00"), await Post(api, "customers/C1/write-offs", """{"reference":"W1","invoices":["E/1"],"reason":"iflas"}"""));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "amount.tooLarge"), await Post(api, "customers/C1/payouts", """{"reference":"P1","amount":"1.00","means":"transfer","reason":"iade"}"""));

        var list = await api.GetFromJsonAsync<JsonElement>("customers/C1/operations");
        var writeOff = list.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("kind").GetString() == "writeOff");
        Assert.Equal("E/1", writeOff.GetProperty("items")[0].GetProperty("number").GetString());
        var id = writeOff.GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.OK, (await Post(api, $"write-offs/{id}/cancel", """{"reason":"ödedi"}""")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await Post(api, $"payouts/{id}/cancel", """{"reason":"ödedi"}""")).Status);
        var statement = await api.GetFromJsonAsync<JsonElement>("customers/C1/statement?from=2026-11-01&to=2026-11-30");
        Assert.Equal(["openingBalance", "openingBalance", "writeOff", "writeOffCancelled"], statement.GetProperty("entries").EnumerateArray().Select(entry => entry.GetProperty("kind").GetString()));
        Assert.Equal("80.50", statement.GetProperty("closing").GetString());
        using var pdf = await api.GetAsync("customers/C1/statement.pdf");
        Assert.Equal(HttpStatusCode.OK, pdf.StatusCode);
    }

    [Fact]
    public async Task A_merge_says_before_what_it_will_do_and_afterwards_the_old_code_leads_to_the_survivor()
    {
        await using var office = new Office();
        using var api = await office.Client();
        await AccountsApiTests.Send(api, "customers/C1", """{"title":"A"}""");
        await AccountsApiTests.Send(api, "customers/C2", """{"title":"A Ltd"}""");
        await Post(api, "customers/C1/opening-balances", """{"reference":"O1","items":[{"amount":"30.00"}]}""");
        await Post(api, "customers/C2/opening-balances", """{"reference":"O2","items":[{"amount":"12.00"}]}""");

        var preview = await api.GetFromJsonAsync<JsonElement>("customers/C1/merge?into=C2");
        Assert.Equal((1, "42.00", 0), (preview.GetProperty("openItems").GetInt32(), preview.GetProperty("afterwards")[0].GetProperty("amount").GetString(), preview.GetProperty("problems").GetArrayLength()));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "customer.unknown"), await Post(api, "customers/C1/merge", """{"reference":"M1","into":"C9"}"""));
        Assert.Equal(HttpStatusCode.Created, (await Post(api, "customers/C1/merge", """{"reference":"M1","into":"C2"}""")).Status);
        Assert.Equal(HttpStatusCode.OK, (await Post(api, "customers/C1/merge", """{"reference":"M1","into":"C2"}""")).Status);

        var old = await api.GetFromJsonAsync<JsonElement>("customers/C1");
        Assert.Equal(("C2", "0.00"), (old.GetProperty("mergedInto").GetString(), old.GetProperty("balance").GetProperty("amount").GetString()));
        Assert.Equal("42.00", (await api.GetFromJsonAsync<JsonElement>("customers/C2")).GetProperty("balance").GetProperty("amount").GetString());
        var (status, problem) = await AccountsApiTests.Send(api, "customers/C1", """{"title":"B"}""");
        Assert.Equal((HttpStatusCode.Conflict, "customer.merged"), (status, problem.GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.Conflict, "customer.merged"), await Post(api, "customers/C1/opening-balances", """{"reference":"O3","items":[{"amount":"1.00"}]}"""));

        // What the ERP still sends for the old code goes on to the survivor.
        const string Document = """{"direction":"sale","date":"2026-11-10","total":"100.00"}""";
        await AccountsApiTests.Send(api, "customers/C1/documents/F1", Document);
        await AccountsApiTests.Send(api, "customers/C1/documents/F1", Document.Replace("100.00", "120.00", StringComparison.Ordinal));
        await AccountsApiTests.Send(api, "customers/C1/documents/F1", Document.Replace("100.00", "90.00", StringComparison.Ordinal));
        await office.Finish(AccountStore.Of("C1"));
        Assert.Equal("132.00", (await api.GetFromJsonAsync<JsonElement>("customers/C2")).GetProperty("balance").GetProperty("amount").GetString());
        Assert.Equal("90.00", (await api.GetFromJsonAsync<JsonElement>("customers/C1/documents/F1")).GetProperty("remaining").GetString());
        await AccountsApiTests.Send(api, "customers/C1/documents/F1", Document.Replace("100.00\"", "90.00\",\"remaining\":\"20.00\"", StringComparison.Ordinal));
        await office.Finish(AccountStore.Of("C1"));
        Assert.Equal("62.00", (await api.GetFromJsonAsync<JsonElement>("customers/C2")).GetProperty("balance").GetProperty("amount").GetString());
    }

    [Fact]
    public async Task The_small_balance_rule_is_a_setting_and_a_file_brings_opening_balances_once()
    {
        await using var office = new Office();
        using var api = await office.Client();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AccountsApiTests.Send(api, "settings/ledger", """{"smallBalance":{"TRY":"0.00"}}""")).Status);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await AccountsApiTests.Send(api, "settings/ledger", """{"smallBalance":{"XXX":"1.00"}}""")).Status);
        var (status, body) = await AccountsApiTests.Send(api, "settings/ledger", """{"receivable":"120","smallBalance":{"TRY":"1.00"}}""");
        Assert.Equal((HttpStatusCode.OK, "1.00"), (status, body.GetProperty("smallBalance").GetProperty("TRY").GetString()));

        await AccountsApiTests.Send(api, "customers/C1", """{"title":"A"}""");
        const string File = "customer;number;issuedOn;dueOn;currency;amount;asOf\nC1;E1;01.02.2026;01.03.2026;TRY;1.250,50;31.10.2026\nC1;AVANS;;;TRY;-50,50;31.10.2026\nC9;E1;;;TRY;1,00;31.10.2026\n";
        for (var time = 1; time <= 2; time++)
        {
            using var response = await api.PostAsync("imports/openingBalances", new StringContent(File, Encoding.UTF8, "text/csv"));
            var report = await response.Content.ReadFromJsonAsync<JsonElement>();
            Assert.Equal((3, 2, "customer.unknown"), (report.GetProperty("rows").GetInt32(), report.GetProperty("accepted").GetInt32(), report.GetProperty("rejected")[0].GetProperty("code").GetString()));
            Assert.Equal(1_200m, (await office.Get<LedgerReader>().Head(AccountStore.Of("C1"), default)).ItemOf(Refs.Opening(Id(File), 0))?.Remaining);
        }

        static string Id(string file) => Operation.IdOf("import " + Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("C1\nTRY\nE1"u8).AsSpan(0, 16)));
    }

    private static string Refusal(OperationOutcome outcome) => Assert.IsType<OperationOutcome.Refused>(outcome).Problems[0].Code;

    private static async Task<(HttpStatusCode Status, string Says)> Post(HttpClient api, string path, string json)
    {
        using var response = await api.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"));
        var body = await response.Content.ReadFromJsonAsync<JsonElement>();
        return (response.StatusCode, body.GetProperty(body.TryGetProperty("amount", out _) ? "amount" : "code").GetString()!);
    }
}
