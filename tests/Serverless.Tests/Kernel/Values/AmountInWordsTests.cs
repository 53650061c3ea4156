using System.Globalization;
using CsCheck;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class AmountInWordsTests
{
    // Numbers of every length up to 10^15, as many short as long ones.
    private static readonly Gen<long> AnyNumber = Gen.Select(Gen.Long[0, 1_000_000_000_000_000], Gen.Int[0, 15])
        .Select((number, shorter) => number / (long)Math.Pow(10, shorter));

    [Theory]
    [InlineData("0.05", "Yalnız beşKr")]
    [InlineData("0.10", "Yalnız onKr")]
    [InlineData("0", "Yalnız sıfırTL")]
    [InlineData("1", "Yalnız birTL")]
    [InlineData("10", "Yalnız onTL")]
    [InlineData("11", "Yalnız onbirTL")]
    [InlineData("21", "Yalnız yirmibirTL")]
    [InlineData("100", "Yalnız yüzTL")]
    [InlineData("110", "Yalnız yüzonTL")]
    [InlineData("111.11", "Yalnız yüzonbirTL onbirKr")]
    [InlineData("199", "Yalnız yüzdoksandokuzTL")]
    [InlineData("650.35", "Yalnız altıyüzelliTL otuzbeşKr")]
    [InlineData("1100", "Yalnız binyüzTL")]
    [InlineData("1111.11", "Yalnız binyüzonbirTL onbirKr")]
    [InlineData("2000", "Yalnız ikibinTL")]
    [InlineData("2000.55", "Yalnız ikibinTL ellibeşKr")]
    [InlineData("10001", "Yalnız onbinbirTL")]
    [InlineData("111111.11", "Yalnız yüzonbirbinyüzonbirTL onbirKr")]
    [InlineData("611097", "Yalnız altıyüzonbirbindoksanyediTL")]
    [InlineData("999999.99", "Yalnız dokuzyüzdoksandokuzbindokuzyüzdoksandokuzTL doksandokuzKr")]
    [InlineData("1000000", "Yalnız birmilyonTL")]
    [InlineData("1100000", "Yalnız birmilyonyüzbinTL")]
    [InlineData("1000000000", "Yalnız birmilyarTL")]
    [InlineData("1001001001", "Yalnız birmilyarbirmilyonbinbirTL")]
    [InlineData("999999999999.99", "Yalnız dokuzyüzdoksandokuzmilyardokuzyüzdoksandokuzmilyondokuzyüzdoksandokuzbindokuzyüzdoksandokuzTL doksandokuzKr")]
    [InlineData("1000000000000000", "Yalnız birkatrilyonTL")]
    [InlineData("-650.35", "Yalnız eksi altıyüzelliTL otuzbeşKr")]
    public void Turkish_words_are_joined_as_on_a_cheque(string amount, string words) => Assert.Equal(words, Of(amount, Currency.TRY, Language.Tr));

    [Theory]
    [InlineData("650.35", "YALNIZ ALTIYÜZELLİTL OTUZBEŞKR")]
    [InlineData("11", "YALNIZ ONBİRTL")]
    [InlineData("2000.55", "YALNIZ İKİBİNTL ELLİBEŞKR")]
    [InlineData("1100000", "YALNIZ BİRMİLYONYÜZBİNTL")]
    public void Turkish_words_in_capitals_keep_their_dots(string amount, string words) =>
        Assert.Equal(words, TurkishText.Upper(Of(amount, Currency.TRY, Language.Tr)!));

    [Theory]
    [InlineData("650.35", "TRY", "Only six hundred fifty Turkish lira and thirty-five kuruş")]
    [InlineData("1", "TRY", "Only one Turkish lira")]
    [InlineData("0.05", "TRY", "Only five kuruş")]
    [InlineData("0", "TRY", "Only zero Turkish lira")]
    [InlineData("1.01", "USD", "Only one US dollar and one cent")]
    [InlineData("21.02", "EUR", "Only twenty-one euros and two cents")]
    [InlineData("2.01", "GBP", "Only two pounds sterling and one penny")]
    [InlineData("19019", "CLP", "Only nineteen thousand nineteen Chilean pesos")]
    [InlineData("1000000000000000", "RUB", "Only one quadrillion Russian roubles")]
    [InlineData("-100.10", "CHF", "Only minus one hundred Swiss francs and ten centimes")]
    public void English_words_read_as_commerce_writes_them(string amount, string currency, string words) =>
        Assert.Equal(words, Of(amount, Currency.Of(currency), Language.En));

    [Fact]
    public void Every_currency_has_a_name_in_both_languages()
    {
        foreach (var currency in Currency.All)
        {
            var (one, many) = (new Money(1m, currency), Money.Rounded(2.02m, currency));
            foreach (var language in new[] { Language.Tr, Language.En })
                Assert.NotEqual(AmountInWords.Of(one, language), AmountInWords.Of(many, language));
        }

        Assert.Equal("Yalnız ikiŞili Pesosu", Of("2", Currency.CLP, Language.Tr));
        Assert.Equal("Yalnız altıyüzelliABD Doları otuzbeşSent", Of("650.35", Currency.USD, Language.Tr));
    }

    [Theory]
    [InlineData(Language.Es)]
    [InlineData(Language.Az)]
    [InlineData(Language.Ru)]
    public void A_language_without_words_says_nothing_rather_than_something_foreign(Language language) =>
        Assert.Null(Of("650.35", Currency.TRY, language));

    [Fact]
    public void An_amount_beyond_the_largest_has_no_words() => Assert.Null(Of("1000000000000000.01", Currency.TRY, Language.Tr));

    [Fact]
    public void Every_number_up_to_19_999_is_read_back_from_its_words()
    {
        for (var number = 0L; number < 20_000; number++) Assert.True(IsReadBack(number, (int)(number % 100)), $"{number}");
    }

    [Fact]
    public void Numbers_up_to_ten_to_the_fifteenth_are_read_back_from_their_words() =>
        AnyNumber.Sample(number => IsReadBack(number, (int)(number % 97)), iter: 100_000);

    private static bool IsReadBack(long major, int minor)
    {
        if (major == 1_000_000_000_000_000) minor = 0;
        var money = new Money(major + (minor / 100m), Currency.TRY);
        return WordsReader.Turkish(AmountInWords.Of(money, Language.Tr)!) == money.Amount
            && WordsReader.English(AmountInWords.Of(money, Language.En)!) == money.Amount;
    }

    private static string? Of(string amount, Currency currency, Language language) =>
        AmountInWords.Of(new Money(decimal.Parse(amount, CultureInfo.InvariantCulture), currency), language);
}
