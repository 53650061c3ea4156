using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Vade.Accounts;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Notifications;

namespace Vade.Tests.Fuzz;

/// <summary>The parsers of single values: what people type, what stands in a path, what a cell holds.</summary>
internal static class ValueTargets
{
    private static readonly Allowance Small = new(PerUnit: 64, Always: 32 * 1024);
    private static readonly MasterKeys Keys = MasterKeys.Parse("a:" + Convert.ToBase64String(SHA256.HashData("a"u8)));
    private static readonly SecretBox Box = new(Keys);

    public static IEnumerable<FuzzTarget> All =>
    [
        Fuzzer.Text("tax ids", 100_000, Small, ["4540536920", "10000000146", "VKN 454 053 69 20", "76.086.428-5", "CL76086428-k", "0200432771", "AZ200432771", "DE 123/456"], text =>
        {
            foreach (var country in new[] { "TR", "cl", " az ", "DE" })
            {
                if (TaxId.Check(country, text).Id is not { } id)
                    continue;
                Same(id, TaxId.Check(country, id.Text).Id);
                Assert.InRange(id.Masked.Length + id.Label.Length, 1, 60);
            }
        }),
        Fuzzer.Text("IBANs", 80_000, Small, ["TR330006100519786457841326", "TR33 0006 1005 1978 6457 8413 26", "az21nabz00000000137010001944", "GB82-WEST-1234-5698-7654-32"], text =>
        {
            if (!Iban.TryParse(text, out var iban))
                return;
            Assert.True(Iban.TryParse(iban.Text, out var again) && again == iban);
            Assert.True(Iban.TryParse(iban.Grouped, out again) && again == iban);
        }),
        Fuzzer.Text("phone numbers", 40_000, new(256, 256 * 1024), ["+90 532 123 45 67", "0532 123 4567", "(0212) 555 01 23", "9 1234 5678", "+56 9 1234 5678", "444 1 234", "00994501234567", "+1 (201) 555-0123"], text =>
        {
            foreach (var country in new[] { "TR", "CL", "xx" })
            {
                if (PhoneNumber.TryParse(text, country, out var phone))
                    Assert.True(PhoneNumber.TryParse(phone.E164, "TR", out var again) && again.E164 == phone.E164);
            }
        }),
        Fuzzer.Text("payer numbers", 60_000, Small, ["123456788", "123 456 788", "123-456-788"], text =>
        {
            if (!PayerNumber.TryParse(text, out var number))
                return;
            Assert.True(PayerNumber.TryParse(number.ToString(), out var again) && again == number);
            Assert.True(PayerNumber.TryParse(number.Grouped, out again) && again == number);
        }),
        Fuzzer.Text("typed amounts", 100_000, Small, ["1.234,56", "1,234.56", "1 234,56", "650.35", ",50", "-12,5", "1'234'567.89", "0.125", "1.000", "7"], text =>
        {
            if (DecimalText.TryParse(text, out var value, allowNegative: true))
                Assert.True(DecimalText.TryParse(Bare(value), '.', out var again, allowNegative: true) && again == value);
            foreach (var sign in ".,")
            {
                if (DecimalText.TryParse(text, sign, out value))
                    Assert.True(value >= 0m && DecimalText.TryParse(Bare(value), '.', out var again) && again == value);
            }
        }),
        Fuzzer.Text("numbers of files", 80_000, new(128), ["1.234,56", "1,234.56", "1 234,56", "20%", "-12,5", "1.234.567,8", "0.125", "1.000", "+7"], text =>
        {
            foreach (var sign in Enum.GetValues<DecimalSign>())
            {
                if (DecimalSigns.TryParse(text, sign, out var value))
                    Assert.True(DecimalSigns.TryParse(Plain(value), DecimalSign.Dot, out var again) && again == value);
            }

            DecimalSigns.Detect([text, null, "1,5"]);
        }),
        Fuzzer.Text("decimals of the API", 60_000, Small, ["650.35", "0", "-12.5", "123456789012345678", "0.000001"], text =>
        {
            try
            {
                var value = DecimalJson.Parse(text);
                Assert.Equal(value, DecimalJson.Parse(Plain(value)));
            }
            catch (ApiValueException)
            {
            }
            catch (ApiFormatException)
            {
            }
        }),
        Fuzzer.Text("months", 30_000, Small, ["2026-11", "0001-01", "9999-12"], text =>
        {
            if (Month.TryParse(text, out var month))
                Assert.Equal(text, month.ToString());
        }),
        Fuzzer.Text("invoice numbers", 30_000, Small, ["ABC2026000000417", "VAD2099999999999"], text =>
        {
            if (InvoiceNumber.IsValid(text) && !text.EndsWith("000000000", StringComparison.Ordinal))
                Assert.Equal(text, InvoiceNumber.Format(text[..3], int.Parse(text.AsSpan(3, 4), CultureInfo.InvariantCulture), long.Parse(text.AsSpan(7), CultureInfo.InvariantCulture)));
        }),
        Fuzzer.Text("currencies, languages and zones", 30_000, Small, ["TRY", "clp", "tr-TR", "en_GB", "az-Latn-AZ", "Europe/Istanbul", "America/Santiago", "Etc/GMT+3"], text =>
        {
            Assert.Equal(Currency.Find(text)?.Code, Currency.Find(text) is null ? null : text.ToUpperInvariant());
            if (Languages.Find(text) is { } language)
                Assert.Equal(language, Languages.Find(language.Code()));
            if (LocalTime.TryFindZone(text) is { } zone)
                zone.InstantOf(new(2026, 3, 29), new(2, 30));
        }),
        Fuzzer.Text("texts that are searched", 40_000, Small, ["IŞIK ve İĞNE Ltd. Şti.", "Ğğ Iı İi Əə ß ﬁ", "Лев Ёлкин"], text =>
        {
            var key = TurkishText.SearchKey(text);
            Assert.Equal(key, TurkishText.SearchKey(key));
            TurkishText.Lower(TurkishText.Upper(text));
        }),
        Fuzzer.Text("keys of rows", 80_000, new(512), [Key.Of("120/01", "A#7"), Key.Of("ÖZGÜR", "x y", ""), "C1!S1", "~00e7", "\"20", "$0$1.0.1>0>1[0[1"], text =>
        {
            var half = text.Length / 2;
            string[] names = [text, text[..half], text[half..]];
            Assert.Equal(names, Key.Parts(Key.Of(names)));
            Assert.Equal(Math.Sign(string.CompareOrdinal(names[1], names[2])), Math.Sign(string.CompareOrdinal(Key.Of(names[1]), Key.Of(names[2]))));
            try
            {
                Assert.Equal(text, Key.Of(Key.Parts(text)));
            }
            catch (FormatException)
            {
            }
        }),
        Fuzzer.Text("names in paths", 80_000, Small, ["~MTIwLzAx", "~QSM3", "C1", "120-01", PathName.Encode("ÖZGÜR & Ş.")], text =>
        {
            if (PathName.Decode(text) is { } name)
                Assert.Equal(name, Words.ArePlain(name) ? PathName.Decode(PathName.Encode(name)) : name);
        }),
        Fuzzer.Text("e-mail addresses", 60_000, Small, ["ada@example.com", "a.b+c@mail.example.com.tr", "x@xn--bcher-kva.example", "ö@örnek.example"], text =>
        {
            if (EmailAddress.IsValid(text))
                Assert.True(text.Length <= 254 && text.All(c => c > ' ' && c is not ('<' or '>' or ',' or ';' or ':' or '"' or '(' or ')') && !char.IsControl(c)), "It could break out of a header.");
        }),
        Fuzzer.Text("what stands in mail headers", 60_000, Small, ["Invoice VAD2026000000417 of Örnek A.Ş.", "Ada \"the\" Lovelace <ada@example.com>"], text =>
        {
            var line = Mail.HeaderText(text, 100);
            Assert.True(line.Length <= 100 && Words.ArePlain(line) && !line.AsSpan().ContainsAny("\u2028\u2029\u202E\u2066\uFEFF"), "It could begin another header.");
            Assert.Equal(line, Mail.HeaderText(line, 100));
        }),
        Fuzzer.Text("cells of files", 40_000, new(128), ["true", "Evet", "hayır", "14", "2026-11-30", "30.11.2026", "1/2/2026", "a;b;;c", "2026-11-30T08:00:00"], text =>
        {
            var problems = new List<Remark>();
            Cells.List(text);
            Cells.Flag(text, "f", problems);
            Cells.Whole(text, "f", problems);
            Cells.Date(text, "f", problems);
        }),
        Fuzzer.Text("protected secrets", 30_000, Small, [Box.Protect("s3cret", "p"), Box.Protect("", "p"), Box.Protect("other", "q"), "v1.a.", "v1.b.AAAA"], text =>
        {
            try
            {
                Assert.Contains(Box.Unprotect(text, "p"), (string[])["s3cret", ""]);
            }
            catch (CryptographicException)
            {
            }
        }),
        Fuzzer.Text("rings of master keys", 20_000, Small, ["a:" + new string('A', 43) + "=", "b:" + new string('B', 43) + "=;a:" + new string('A', 43) + "="], text =>
        {
            try
            {
                MasterKeys.Parse(text).DeriveKey("p");
            }
            catch (FormatException)
            {
            }
        }),
    ];

    private static string Plain(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    // Without the zero before the sign, so that 28 digits stay 28.
    private static string Bare(decimal value) => value == 0m ? "0" : value.ToString("#.############################", CultureInfo.InvariantCulture);

    private static void Same(TaxId expected, TaxId? actual) => Assert.Equal(expected, actual);
}
