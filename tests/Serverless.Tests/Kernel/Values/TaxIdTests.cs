using System.Globalization;
using Vade.Kernel;

namespace Vade.Tests.Kernel;

public class TaxIdTests
{
    [Theory]
    [InlineData("1234567890")]
    [InlineData("0000000019")]
    [InlineData("1111111114")]
    [InlineData("4801072467")]
    [InlineData("8765432107")]
    [InlineData("4540536920")]
    [InlineData("9999999994")]
    public void A_right_VKN_is_valid(string text) => IsValid(TaxIdKind.Vkn, text, TaxId.Check("TR", text));

    [Theory]
    [InlineData("17291716060")]
    [InlineData("10000000146")]
    [InlineData("23456789060")]
    [InlineData("98765432150")]
    [InlineData("12345678950")]
    public void A_right_TCKN_is_valid(string text) => IsValid(TaxIdKind.Tckn, text, TaxId.Check("TR", text));

    [Theory]
    [InlineData(" TR 454 053 69 20 ")]
    [InlineData("tr4540536920")]
    [InlineData("454.053.6920")]
    [InlineData("454-053-6920")]
    [InlineData("454\u00A0053\u00A06920")]
    public void A_Turkish_number_is_read_in_any_common_form(string text) => IsValid(TaxIdKind.Vkn, "4540536920", TaxId.Check("tr", text));

    [Theory]
    [InlineData("4540536921", false)]
    [InlineData("1288331521", false)]
    [InlineData("2222222222", true)]
    [InlineData("1111111111", false)]
    [InlineData("17291716050", false)]
    [InlineData("17291716061", false)]
    [InlineData("11111111111", true)]
    public void A_wrong_check_digit_is_told_apart_from_a_text_that_is_no_number(string text, bool placeholder)
    {
        var check = Assert.IsType<TaxIdCheck.BadCheckDigit>(TaxId.Check("TR", text));
        Assert.Equal(text, check.Canonical);
        Assert.Equal(placeholder, check.IsPlaceholder);
    }

    [Theory]
    [InlineData("TR", "454053692A", TaxIdProblem.Characters)]
    [InlineData("TR", "٤540536920", TaxIdProblem.Characters)]
    [InlineData("TR", "４540536920", TaxIdProblem.Characters)]
    [InlineData("TR", "1729171606O", TaxIdProblem.Characters)]
    [InlineData("TR", "454053692", TaxIdProblem.Length)]
    [InlineData("TR", "172917160600", TaxIdProblem.Length)]
    [InlineData("TR", "01729171606", TaxIdProblem.LeadingZero)]
    [InlineData("TR", "TR", TaxIdProblem.Length)]
    [InlineData("TR", "", TaxIdProblem.Empty)]
    [InlineData("TR", "   ", TaxIdProblem.Empty)]
    [InlineData("TR", null, TaxIdProblem.Empty)]
    [InlineData("CL", "76086A28-5", TaxIdProblem.Characters)]
    [InlineData("CL", "76086428-X", TaxIdProblem.Characters)]
    [InlineData("CL", "7K086428-5", TaxIdProblem.Characters)]
    [InlineData("CL", "10000013-К", TaxIdProblem.Characters)]
    [InlineData("CL", "-5", TaxIdProblem.Length)]
    [InlineData("CL", "CL", TaxIdProblem.Length)]
    [InlineData("CL", "123456789-2", TaxIdProblem.Length)]
    [InlineData("CL", "0-0", TaxIdProblem.LeadingZero)]
    [InlineData("AZ", "1400057424", TaxIdProblem.PersonDigit)]
    [InlineData("AZ", "12345", TaxIdProblem.Length)]
    [InlineData("AZ", "ZZ00057421", TaxIdProblem.Characters)]
    [InlineData("DE", "DE\n136695976", TaxIdProblem.Characters)]
    [InlineData("DE", "DE1366959761366959761366959761366959761366", TaxIdProblem.Length)]
    public void A_text_that_is_no_number_says_why(string country, string? text, TaxIdProblem problem) =>
        Assert.Equal(new TaxIdCheck.Unreadable(problem), TaxId.Check(country, text));

    [Theory]
    [InlineData("CL 12531909-2", "12531909-2")]
    [InlineData("10.000.013-K", "10000013-K")]
    [InlineData("10.000.027-K", "10000027-K")]
    [InlineData("76.000.000-0", "76000000-0")]
    [InlineData("9-4", "9-4")]
    [InlineData("22.222.222-2", "22222222-2")]
    [InlineData("99.999.999-9", "99999999-9")]
    [InlineData("60.803.000-K", "60803000-K")]
    [InlineData("97.004.000-5", "97004000-5")]
    [InlineData("10.000.013-k", "10000013-K")]
    [InlineData("10000013k", "10000013-K")]
    [InlineData("76086428 - 5", "76086428-5")]
    [InlineData("76.086.428–5", "76086428-5")]
    [InlineData("012.531.909-2", "12531909-2")]
    public void A_RUT_is_read_in_any_common_form(string text, string canonical) => IsValid(TaxIdKind.Rut, canonical, TaxId.Check("CL", text));

    [Fact]
    public void A_RUT_with_another_check_character_is_noticed()
    {
        foreach (var other in "013456789K")
            Assert.IsType<TaxIdCheck.BadCheckDigit>(TaxId.Check("CL", $"12531909-{other}"));
    }

    [Theory]
    [InlineData("1400057421", "1400057421")]
    [InlineData("0200432771", "0200432771")]
    [InlineData("300725012", "0300725012")]
    [InlineData("AZ 1401 555 071", "1401555071")]
    public void A_VOEN_gets_back_the_zero_that_a_spreadsheet_dropped(string text, string canonical) =>
        IsValid(TaxIdKind.Voen, canonical, TaxId.Check("AZ", text));

    [Fact]
    public void Another_country_s_number_is_taken_as_it_is()
    {
        IsValid(TaxIdKind.Other, "DE 136.695-976", TaxId.Check("de", " DE 136.695-976 "));
        Assert.Equal("DE", TaxId.Check("de", "136695976").Id!.Value.Country);
    }

    [Fact]
    public void The_numbers_of_real_companies_are_valid_and_any_one_digit_wrong_is_noticed()
    {
        Assert.All(PublicCompanyNumbers.Vkn, vkn => IsValid(TaxIdKind.Vkn, vkn, TaxId.Check("TR", vkn)));
        Assert.All(PublicCompanyNumbers.Rut, rut => IsValid(TaxIdKind.Rut, rut, TaxId.Check("CL", rut)));
        Assert.All(PublicCompanyNumbers.Voen, voen => IsValid(TaxIdKind.Voen, voen, TaxId.Check("AZ", voen)));
        Assert.Equal((100, 60, 22), (PublicCompanyNumbers.Vkn.Length, PublicCompanyNumbers.Rut.Length, PublicCompanyNumbers.Voen.Length));

        foreach (var vkn in PublicCompanyNumbers.Vkn)
            Assert.Single(Enumerable.Range(0, 10), d => TaxId.Check("TR", vkn[..9] + d.ToString(CultureInfo.InvariantCulture)) is TaxIdCheck.Valid);
        foreach (var rut in PublicCompanyNumbers.Rut)
            for (var place = 0; place < 8; place++)
                for (var digit = '0'; digit <= '9'; digit++)
                    if (digit != rut[place])
                        Assert.IsNotType<TaxIdCheck.Valid>(TaxId.Check("CL", $"{rut[..place]}{digit}{rut[(place + 1)..]}"));
    }

    [Theory]
    [InlineData("TR", "17291716060", "172******60", "TCKN")]
    [InlineData("TR", "4540536920", "4540536920", "VKN")]
    [InlineData("CL", "12531909-2", "125*****-2", "RUT")]
    [InlineData("CL", "76086428-5", "76086428-5", "RUT")]
    [InlineData("CL", "9-4", "***", "RUT")]
    [InlineData("AZ", "1400057421", "1400057421", "VÖEN")]
    [InlineData("AZ", "300725012", "030*****12", "VÖEN")]
    [InlineData("KZ", "123", "***", "Tax ID")]
    [InlineData("KZ", "850101300123", "850*******23", "Tax ID")]
    public void A_person_s_number_is_shown_in_part_and_a_company_s_in_full(string country, string text, string masked, string label)
    {
        var id = TaxId.Check(country, text).Id!.Value;
        Assert.Equal(masked, id.Masked);
        Assert.Equal(label, id.Label);
    }

    [Fact]
    public void Two_forms_of_one_number_are_the_same_number() =>
        Assert.Equal(TaxId.Check("CL", "10.000.013-k"), TaxId.Check("cl", "CL10000013K"));

    private static void IsValid(TaxIdKind kind, string canonical, TaxIdCheck check)
    {
        var valid = Assert.IsType<TaxIdCheck.Valid>(check);
        Assert.Equal((kind, canonical), (valid.Kind, valid.Canonical));
    }
}
