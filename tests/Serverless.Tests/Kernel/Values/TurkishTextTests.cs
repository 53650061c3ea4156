using System.Text;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class TurkishTextTests
{
    [Theory]
    [InlineData("ısı işçi iğne", "ISI İŞÇİ İĞNE")]
    [InlineData("Diyarbakır", "DİYARBAKIR")]
    [InlineData("çğıöşü", "ÇĞIÖŞÜ")]
    [InlineData("", "")]
    public void Capital_letters_are_Turkish(string text, string upper) => Assert.Equal(upper, TurkishText.Upper(text));

    [Theory]
    [InlineData("ISI İŞÇİ İĞNE", "ısı işçi iğne")]
    [InlineData("DİYARBAKIR", "diyarbakır")]
    [InlineData("DI\u0307YARBAKIR", "diyarbakır")]
    [InlineData("I", "ı")]
    public void Small_letters_are_Turkish(string text, string lower) => Assert.Equal(lower, TurkishText.Lower(text));

    [Fact]
    public void Every_letter_of_the_Turkish_alphabet_comes_back_from_its_capital()
    {
        const string small = "abcçdefgğhıijklmnoöprsştuüvyz";
        Assert.Equal("ABCÇDEFGĞHIİJKLMNOÖPRSŞTUÜVYZ", TurkishText.Upper(small));
        Assert.Equal(small, TurkishText.Lower(TurkishText.Upper(small)));
    }

    [Theory]
    [InlineData("ŞİRİN GIDA", "sirin gida")]
    [InlineData("şırın gıda", "sirin gida")]
    [InlineData("Sirin\u00A0 \t Gida ", "sirin gida")]
    [InlineData("I\u0307zmir", "izmir")]
    [InlineData("Azərbaycan Əmanət", "azerbaycan emanet")]
    [InlineData("Ñuñoa Peñalolén", "nunoa penalolen")]
    [InlineData("Straße", "strasse")]
    [InlineData("Артём Й", "артем и")]
    [InlineData("Ünal & Oğulları A.Ş.", "unal & ogullari a.s.")]
    [InlineData(null, "")]
    public void A_search_finds_a_name_however_it_is_typed(string? text, string key) => Assert.Equal(key, TurkishText.SearchKey(text));

    [Fact]
    public void Every_accent_that_Unicode_can_take_off_is_taken_off_and_a_key_is_its_own_key()
    {
        for (var c = '\u00C0'; c <= '\u017F'; c++)
        {
            var key = TurkishText.SearchKey(c.ToString());
            var bare = c.ToString().Normalize(NormalizationForm.FormD);
            if (bare.Length > 1) Assert.Equal(char.ToLowerInvariant(bare[0]).ToString(), key);
            if (char.IsLetter(c)) Assert.All(key, k => Assert.True(char.IsAsciiLetterLower(k), $"{c} → {key}"));
            Assert.Equal(key, TurkishText.SearchKey(key));
            Assert.Equal(key, TurkishText.SearchKey(c.ToString().Normalize(NormalizationForm.FormD)));
        }
    }
}
