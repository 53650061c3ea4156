using Vade.Documents;
using Vade.Kernel;

namespace Vade.Tests.Documents;

/// <summary>Documents as our customers would have them, in all five languages.</summary>
internal static class PdfSamples
{
    private static readonly DateTimeOffset IssuedAt = new(2026, 11, 22, 9, 30, 0, TimeSpan.FromHours(3));

    private sealed record Country(
        Currency Currency, decimal TaxRate, Party Seller, Party Buyer, string Period, string[] Services, string Unit, string Words, string Note, string Means);

    private static Country Of(Language language) => language switch
    {
        Language.Tr => new(
            Currency.TRY, 20m,
            new Party("ÖZGÜR & Ş. İÇ TİC. A.Ş.") { TaxOffice = "Beşiktaş", TaxIdLabel = "VKN", TaxId = "1460415308", AddressLines = ["Ihlamurdere Cad. No: 12/3", "34353 Beşiktaş / İstanbul"] },
            new Party("Güneş Kırtasiye Ltd. Şti.") { TaxOffice = "Üsküdar", TaxIdLabel = "VKN", TaxId = "3900383669", AddressLines = ["Çiçekçi Sok. No: 8", "34672 Üsküdar / İstanbul"] },
            "Kasım 2026", ["Yazılım bakım hizmeti", "Sunucu barındırma, 4 çekirdek", "İğdır şubesi için çağrı merkezi desteği"], "ay",
            "altıyüzelliTL, otuzbeşKr", "Bu belge bilgi amaçlıdır, fatura yerine geçmez, mali değeri yoktur.", "Kredi kartı **** 1234"),
        Language.En => new(
            Currency.GBP, 20m,
            new Party("Harbour & Sons Ltd") { TaxIdLabel = "VAT", TaxId = "GB123456789", AddressLines = ["1 Quay Street", "Bristol BS1 4DB"] },
            new Party("O'Leary <Trading>") { AddressLines = ["22 Mill Lane", "London E1 6AN"] },
            "November 2026", ["Software maintenance", "Hosting, 4 cores", "Support hotline"], "mo", "six hundred and fifty pounds, thirty-five pence", "Thank you for your business.", "Card **** 1234"),
        Language.Es => new(
            Currency.CLP, 19m,
            new Party("Comercial Ñuñoa SpA") { TaxIdLabel = "RUT", TaxId = "76.543.210-3", AddressLines = ["Av. Irarrázaval 2345", "Ñuñoa, Santiago"] },
            new Party("Panadería San José") { TaxIdLabel = "RUT", TaxId = "12.345.678-5", AddressLines = ["Pasaje Los Aromos 17", "Valparaíso"] },
            "noviembre de 2026", ["Mantención de software", "Alojamiento, 4 núcleos", "Mesa de ayuda ¿24 horas?"], "mes", "seiscientos cincuenta pesos", "¡Gracias por su preferencia!", "Tarjeta de crédito **** 1234"),
        Language.Az => new(
            Currency.AZN, 18m,
            new Party("Gülüstan Xidmət MMC") { TaxIdLabel = "VÖEN", TaxId = "1400123451", AddressLines = ["Nizami küç. 45", "AZ1010 Bakı"] },
            new Party("Şəfəq Çörək Evi") { TaxIdLabel = "VÖEN", TaxId = "1700654322", AddressLines = ["Əhməd Rəcəbli küç. 3", "AZ1075 Bakı"] },
            "Noyabr 2026", ["Proqram təminatına dəstək", "Serverin yerləşdirilməsi", "Çağrı mərkəzi, Gəncə filialı"], "ay", "altı yüz əlli manat otuz beş qəpik", "Bizimlə işlədiyiniz üçün təşəkkür edirik.", "Bank kartı **** 1234"),
        Language.Ru => new(
            Currency.RUB, 20m,
            new Party("ООО «Северный ветер»") { TaxIdLabel = "ИНН", TaxId = "7701234567", AddressLines = ["ул. Щорса, д. 5", "191186 Санкт-Петербург"] },
            new Party("ИП Ёлкина Юлия") { TaxIdLabel = "ИНН", TaxId = "781234567890", AddressLines = ["пр. Мира, д. 10", "Қазақстан, Өскемен"] },
            "ноябрь 2026", ["Сопровождение программ", "Размещение сервера", "Горячая линия поддержки"], "мес.", "шестьсот пятьдесят рублей 35 копеек", "Спасибо за сотрудничество!", "Банковская карта **** 1234"),
        _ => throw new ArgumentOutOfRangeException(nameof(language)),
    };

    public static ReportDocument Report(Language language = Language.Tr, int rows = 3)
    {
        var country = Of(language);
        string Amount(int i) => Formats.Number(1234.5m * i, country.Currency.MinorDigits, language);
        return new()
        {
            Language = language,
            Identity = "report 1",
            IssuedAt = IssuedAt,
            Organisation = country.Seller,
            Title = country.Services[0],
            Facts = [("1", country.Period), ("2", country.Currency.Code)],
            Columns = [new("C"), new(country.Means, TakesRest: true), .. Enumerable.Range(1, 6).Select(i => new ReportDocumentColumn($"{country.Unit} {i}", IsNumber: true))],
            Rows = [.. Enumerable.Range(1, rows).Select(i => (string[])[$"C{i}", i % 7 == 0 ? $"{country.Buyer.Name} {country.Services[1]}" : country.Buyer.Name, .. Enumerable.Range(1, 6).Select(n => Amount(i * n))])],
            Totals = ["", country.Period, .. Enumerable.Range(1, 6).Select(n => Amount(n * 1000))],
            Empty = country.Note,
        };
    }

    public static InvoiceDocument Invoice(Language language = Language.Tr, int lines = 3)
    {
        var country = Of(language);
        InvoiceLine[] sold =
        [
            .. Enumerable.Range(0, lines).Select(i =>
            {
                var net = Money.Rounded(125.50m * (i + 1), country.Currency);
                return new InvoiceLine($"{country.Services[i % country.Services.Length]} ({i + 1})", i + 1, country.Unit, net.Amount / (i + 1), country.TaxRate, net);
            }),
        ];
        var net = sold.Aggregate(Money.Zero(country.Currency), (sum, line) => sum + line.Net);
        var tax = Money.Rounded(net.Amount * country.TaxRate / 100, country.Currency);
        return new InvoiceDocument
        {
            Language = language,
            Identity = $"test/invoice/{language}/{lines}",
            IssuedAt = IssuedAt,
            Seller = country.Seller,
            Buyer = country.Buyer,
            Number = "VDE2026000000042",
            IssuedOn = new DateOnly(2026, 11, 22),
            DueOn = new DateOnly(2026, 12, 7),
            Period = country.Period,
            PayerNumber = "4711-0815",
            Lines = sold,
            Taxes = [new InvoiceTax(country.TaxRate, net, tax)],
            Net = net,
            Total = net + tax,
            AmountInWords = country.Words,
            PastBalance = Money.Rounded(99.90m, country.Currency),
            PayLink = new Uri("https://pay.example.com/p/Zk3mQ9xT2vB7nLr5cW8yHd"),
            Notes = [country.Note],
        };
    }

    /// <summary>Everything at once that a sober template does not expect: no optional part, letters no font has, one endless text.</summary>
    public static InvoiceDocument OddInvoice(Language language)
    {
        var usual = Invoice(language);
        var currency = usual.Net.Currency;
        return usual with
        {
            Cancelled = true,
            Title = "Taslak",
            Buyer = new Party(new string('W', 90)),
            DueOn = null,
            Period = null,
            PayerNumber = null,
            PayLink = null,
            PastBalance = null,
            AmountInWords = null,
            Notes = [],
            Accent = new Rgb(255, 230, 0),
            Lines =
            [
                new InvoiceLine("Türkçe 日本語 😀 e\u0301 I\u0307", -1.5m, null, 0.0375m, null, Money.Rounded(-12.50m, currency)),
                new InvoiceLine(new string('x', 90), 1, "adet", 10m, 1m, Money.Rounded(10m, currency)),
                new InvoiceLine(string.Join(' ', Enumerable.Repeat("uzun açıklama", 900)), 1, "m³", 1234567.89m, 10m, Money.Rounded(1234567890.12m, currency)),
                new InvoiceLine("", 0, null, 0m, 0m, Money.Zero(currency)),
            ],
            Taxes = [new InvoiceTax(1m, usual.Net, usual.Net), new InvoiceTax(10m, usual.Net, usual.Net)],
        };
    }

    public static ReceiptDocument Receipt(Language language = Language.Tr)
    {
        var country = Of(language);
        return new ReceiptDocument
        {
            Language = language,
            Identity = $"test/receipt/{language}",
            IssuedAt = IssuedAt,
            Receiver = country.Seller,
            Payer = country.Buyer,
            Number = "MKB2026000000007",
            ReceivedOn = new DateOnly(2026, 11, 22),
            Amount = Money.Rounded(1250m, country.Currency),
            AmountInWords = country.Words,
            Means = country.Means,
            Reference = "9F31-22",
            Allocations =
            [
                new ReceiptAllocation("VDE2026000000041", Money.Rounded(650m, country.Currency)),
                new ReceiptAllocation("VDE2026000000042", Money.Rounded(500m, country.Currency)),
            ],
            Advance = Money.Rounded(100m, country.Currency),
            Notes = [country.Note],
        };
    }

    public static StatementDocument Statement(Language language = Language.Tr, int entries = 12)
    {
        var country = Of(language);
        var balance = Money.Rounded(1500m, country.Currency);
        var zero = Money.Zero(country.Currency);
        var moved = new List<StatementEntry>();
        for (var i = 0; i < entries; i++)
        {
            var isPayment = i % 3 == 2;
            var amount = Money.Rounded(isPayment ? 1830.75m : 410.25m, country.Currency);
            balance = isPayment ? balance - amount : balance + amount;
            moved.Add(new StatementEntry(
                new DateOnly(2026, 1, 5).AddDays(i * 3), country.Services[i % 2], $"VDE2026{i:000000000}",
                isPayment ? zero : amount, isPayment ? amount : zero, balance));
        }
        return new StatementDocument
        {
            Language = language,
            Identity = $"test/statement/{language}/{entries}",
            IssuedAt = IssuedAt,
            Organisation = country.Seller,
            Customer = country.Buyer,
            Account = "C-1042",
            From = new DateOnly(2026, 1, 1),
            To = new DateOnly(2026, 12, 31),
            Opening = Money.Rounded(1500m, country.Currency),
            Entries = moved,
            Closing = balance,
        };
    }
}
