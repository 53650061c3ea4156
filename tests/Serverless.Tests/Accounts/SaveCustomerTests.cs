using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Tests.Accounts;

public sealed class SaveCustomerTests
{
    private static readonly CustomerBody Body = new(
        "Özgür Işık Ltd.", "454 053 6920", "TR", Emails: ["muhasebe@ozgur.example"], Phone: "0532 123 45 67", WhatsApp: true, Address: new("Moda Cad. 1", City: "İstanbul"));

    private static readonly OrganisationSettings Organisation = new("Örnek A.Ş.");

    [Fact]
    public void Only_the_title_is_required_and_the_rest_takes_its_defaults()
    {
        var draft = CustomerRules.Read("C1", new("  Deneme  "), Organisation);
        Assert.Empty(draft.Problems);
        Assert.Empty(draft.Warnings);
        Assert.Equivalent(new Customer("C1", "Deneme", null, "TR", "tr", [], [], null, false, new(), null, ""), draft.Customer);
        Assert.Equal(["title.required"], CustomerRules.Read("C1", new(), Organisation).Problems.Select(problem => problem.Code));
    }

    [Fact]
    public void Values_are_kept_in_one_form()
    {
        var customer = CustomerRules.Read("C1", Body with { Language = "EN", Country = "tr" }, Organisation).Customer;
        Assert.Equal(("4540536920", "+905321234567", "TR", "en"), (customer.TaxId, customer.Phone, customer.Country, customer.Language));
        Assert.Equal("TR", customer.Address.Country);
    }

    [Theory]
    [InlineData("TR", "4540536921", "taxId.checkDigit")]
    [InlineData("TR", "11111111111", "taxId.checkDigit")]
    [InlineData("TR", "2222222222", "taxId.checkDigit")]
    [InlineData("TR", "12345", "taxId.length")]
    [InlineData("TR", "45405A6920", "taxId.characters")]
    [InlineData("TR", "01234567890", "taxId.leadingZero")]
    [InlineData("CL", "76086428-6", "taxId.checkDigit")]
    [InlineData("AZ", "0200432773", "taxId.personDigit")]
    public void A_wrong_tax_id_is_refused_by_its_field_and_code(string country, string taxId, string code)
    {
        var problem = Assert.Single(CustomerRules.Read("C1", Body with { Country = country, TaxId = taxId, Phone = null, WhatsApp = false }, Organisation).Problems);
        Assert.Equal(("taxId", code), (problem.Field, problem.Code));
    }

    [Theory]
    [InlineData("4540536921")]
    [InlineData("11111111111")]
    public void An_organisation_may_take_a_wrong_check_digit_with_a_warning(string taxId)
    {
        var draft = CustomerRules.Read("C1", Body with { TaxId = taxId }, Organisation with { TaxIdPolicy = "warn" });
        Assert.Empty(draft.Problems);
        Assert.Equal("taxId.checkDigit", Assert.Single(draft.Warnings).Code);
        Assert.Equal(taxId, draft.Customer.TaxId);
    }

    [Fact]
    public void Every_broken_rule_is_named_at_once()
    {
        var problems = CustomerRules.Read(
            new string('c', 65),
            new(new string('t', 201), Country: "TU", Language: "de", Emails: ["a@b.example", "a@b", "x"], DueDays: 366, Phone: new string('1', 41), Address: new(City: "a\u0007")),
            Organisation).Problems;
        Assert.Equal(
            ["code", "title", "country", "language", "dueDays", "phone", "emails[1]", "emails[2]", "address.city"],
            problems.Select(problem => problem.Field));
    }

    [Theory]
    [InlineData("444 1 234", "phone.unknown")]
    [InlineData("(56) 024126666", "phone.unknown")]
    public void A_number_without_an_international_form_is_kept_as_it_is_with_a_warning(string phone, string code)
    {
        var draft = CustomerRules.Read("C1", Body with { Phone = phone, WhatsApp = false }, Organisation);
        Assert.Empty(draft.Problems);
        Assert.Equal((phone, code), (draft.Customer.Phone, Assert.Single(draft.Warnings).Code));
    }

    [Theory]
    [InlineData("a@b.example", true)]
    [InlineData("first.last+tag@sub.example.com", true)]
    [InlineData("info@çiçek.example", true)]
    [InlineData("a@b", false)]
    [InlineData("a@@b.example", false)]
    [InlineData("a b@c.example", false)]
    [InlineData("a@b.example\r\nBcc: x@y.example", false)]
    [InlineData(".a@b.example", false)]
    [InlineData("a..b@c.example", false)]
    [InlineData("a@-b.example", false)]
    [InlineData("a@10.0.0.1", false)]
    [InlineData("Ali <a@b.example>", false)]
    [InlineData("", false)]
    public void An_address_is_one_that_providers_deliver_to(string text, bool valid) => Assert.Equal(valid, EmailAddress.IsValid(text));

    [Fact]
    [Trait("Feature", "E9")]
    public async Task A_customer_gets_a_payer_number_once_and_is_found_by_it_and_by_the_tax_id()
    {
        await using var office = new Office();
        var saved = await Save(office, "120/01");
        Assert.True(saved.Created);
        Assert.True(PayerNumber.TryParse(saved.Customer.PayerNumber, out var number));

        var changed = await Save(office, "120/01", Body with { Title = "Yeni Ünvan" });
        Assert.Equal((false, saved.Customer.PayerNumber, 2), (changed.Created, changed.Customer.PayerNumber, changed.Customer.Revision));
        var same = await Save(office, "120/01", Body with { Title = "Yeni Ünvan" });
        Assert.Equal(2, same.Customer.Revision);

        var reader = office.Get<CustomerReader>();
        Assert.Equal("120/01", (await reader.ByPayerNumber(number, default))?.Code);
        Assert.Null(await reader.ByPayerNumber(PayerNumber.FromBody(number.Body == 10_000_000 ? 10_000_001 : 10_000_000), default));
        await Save(office, "120/02");
        var taxId = TaxId.Check("TR", "4540536920").Id!.Value;
        Assert.Equal(["120/01", "120/02"], (await reader.ByTaxId(taxId, default)).Select(customer => customer.Code));
        await Save(office, "120/02", Body with { TaxId = null });
        Assert.Equal(["120/01"], (await reader.ByTaxId(taxId, default)).Select(customer => customer.Code));
    }

    [Fact]
    [Trait("Feature", "E9")]
    public async Task No_payer_number_is_given_twice()
    {
        await using var office = new Office();
        var lookups = office.Get<Lookups>();
        var first = await lookups.ClaimPayerNumber("first", default);
        Assert.Equal(first, await lookups.ClaimPayerNumber("first", default));
        // Another account holds every number that this one would draw first.
        var numbers = new HashSet<PayerNumber> { first };
        for (var i = 0; i < 200; i++)
            Assert.True(numbers.Add(await lookups.ClaimPayerNumber($"account {i}", default)));
    }

    [Fact]
    public async Task A_crash_at_any_storage_call_is_mended_by_sending_again()
    {
        await using var office = new Office();
        var crashes = 0;
        foreach (var landed in new[] { false, true })
        {
            for (var call = 1; ; call++)
            {
                var code = $"C{landed}{call}";
                office.Tables.DieAt(call, landed);
                try
                {
                    await Save(office, code);
                    break;
                }
                catch (CrashException)
                {
                    crashes++;
                }

                office.Tables.Live();
                var saved = await Save(office, code, Body with { Title = "Sent again" });
                await office.Finish(AccountStore.Of(code));
                await AssertWhole(office, saved.Customer);
            }
        }

        Assert.True(crashes >= 12, $"{crashes} crashes");
    }

    [Fact]
    public async Task A_crash_at_any_storage_call_of_a_change_is_mended_by_the_finishing_message()
    {
        await using var office = new Office();
        for (var call = 1; ; call++)
        {
            var code = $"C{call}";
            await Save(office, code);
            office.Tables.DieAt(call, landed: true);
            try
            {
                await Save(office, code, Body with { Title = "Changed" });
                break;
            }
            catch (CrashException)
            {
                office.Tables.Live();
            }

            await office.Finish(AccountStore.Of(code));
            var customer = await office.Get<CustomerReader>().OfCode(code, default);
            await AssertWhole(office, customer!);
        }
    }

    [Fact]
    public async Task Of_many_who_save_a_customer_at_once_all_succeed_and_it_is_one_customer()
    {
        await using var office = new Office();
        var saved = await Task.WhenAll(Enumerable.Range(0, 6).Select(i => Task.Run(() => Save(office, "C1", Body with { Title = $"Title {i}" }))));
        Assert.Single(saved, one => one.Created);
        Assert.Single(saved.Select(one => one.Customer.PayerNumber).Distinct());
        await AssertWhole(office, (await office.Get<CustomerReader>().OfCode("C1", default))!);
        Assert.True(office.Waiting(AccountStore.Queue) > 0);
    }

    // One payer number, one row in the list and it says what the customer's says, one working link.
    private static async Task AssertWhole(Office office, Customer customer)
    {
        var account = AccountStore.Of(customer.Code);
        var numbers = 0;
        for (var i = 0; i < 100; i++)
        {
            var rows = await office.Tables.Range("lookups", $"payer-{i:00}", KeyRange.All, 1000, default);
            numbers += rows.Count(row => System.Text.Encoding.UTF8.GetString(row.Body.Span).Contains($"\"{account}\"", StringComparison.Ordinal));
        }

        Assert.Equal(1, numbers);
        var listed = new List<Stored<DirectoryRow>>();
        await foreach (var row in office.Get<CustomerDirectory>().All(default))
            listed.Add(row);
        Assert.Equal(CustomerDirectory.RowOf(customer), Assert.Single(listed, row => row.Key == account).Value.Customer);
        var links = office.Get<PayLinks>();
        Assert.Equal(customer.Code, (await links.Resolve(links.Token(PayLinks.ToDebt(customer)), default))?.Customer.Code);
    }

    private static async Task<CustomerSaved.Kept> Save(Office office, string code, CustomerBody? body = null) =>
        Assert.IsType<CustomerSaved.Kept>(await office.Get<SaveCustomer>().Save(code, body ?? Body, default));
}
