using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Vade.Kernel;

namespace Vade.Notifications;

/// <summary>
/// A letter as HTML for mail readers (facts: messaging §5): tables and inline styles, since Outlook lays out nothing
/// else; at most 600 px; no picture, no script, no link but ours; colours that bear being inverted.
/// </summary>
internal static class LetterHtml
{
    private const string Font = "font-family:-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif";
    private const string Ink = "color:#1c2530";
    private const string Soft = "color:#5a6573";
    private const string Rule = "border-top:1px solid #e3e7ec";

    // Letters of every script stay as they are, so that Cyrillic does not grow sixfold; what HTML needs is encoded.
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static string Write(Letter letter)
    {
        var lang = letter.Language.Tag();
        var accent = E(letter.Accent);
        var html = new StringBuilder(8 * 1024);
        html.Append(CultureInfo.InvariantCulture, $$"""
            <!doctype html>
            <html lang="{{lang}}" xmlns="http://www.w3.org/1999/xhtml">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta name="format-detection" content="telephone=no,date=no,address=no,email=no">
            <meta name="color-scheme" content="light dark">
            <meta name="supported-color-schemes" content="light dark">
            <title>{{E(letter.Subject)}}</title>
            <style>
            @media (prefers-color-scheme:dark){.page{background:#11151a!important}.card{background:#1b2129!important}.ink{color:#f2f4f7!important}.soft{color:#aab4c0!important}.rule{border-color:#323b46!important} }
            @media (max-width:480px){.pad{padding-left:22px!important;padding-right:22px!important}.amount{font-size:38px!important}.fact{font-size:14px!important} }
            </style>
            </head>
            <body class="page" style="margin:0;padding:0;background:#f2f4f6;-webkit-text-size-adjust:100%">
            <table role="presentation" class="page" lang="{{lang}}" width="100%" cellpadding="0" cellspacing="0" border="0" style="background:#f2f4f6">
            <tr><td align="center" style="padding:20px 10px 32px">
            <!--[if mso]><table role="presentation" width="600" cellpadding="0" cellspacing="0" border="0"><tr><td><![endif]-->
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="max-width:600px;{{Font}}">
            <tr><td class="soft pad" style="padding:0 36px 14px;font-size:14px;line-height:20px;{{Soft}};word-break:break-word">{{E(letter.Opening)}}</td></tr>
            <tr><td height="5" style="height:5px;line-height:5px;font-size:0;background:{{accent}};border-radius:8px 8px 0 0">&nbsp;</td></tr>
            <tr><td class="card pad" style="padding:30px 36px 34px;background:#ffffff;border-radius:0 0 8px 8px">
            <table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0" style="{{Font}}">
            <tr><td class="ink" style="font-size:16px;line-height:22px;font-weight:600;{{Ink}};word-break:break-word">{{E(letter.Seller.Name)}}</td></tr>
            <tr><td class="soft" style="padding-top:22px;font-size:15px;line-height:22px;{{Soft}}">{{E(letter.Title)}}</td></tr>
            {{Amount(letter.Amount)}}
            <tr><td class="ink" style="padding-top:4px;font-size:17px;line-height:25px;{{Ink}}">{{E(letter.Lead)}}</td></tr>
            <tr><td style="padding-top:24px">{{Button(letter)}}</td></tr>
            <tr><td style="padding-top:28px">{{Facts(letter.Facts)}}</td></tr>

            """);
        foreach (var note in letter.Notes)
            html.Append(CultureInfo.InvariantCulture, $"""<tr><td class="soft" style="padding-top:16px;font-size:14px;line-height:21px;{Soft};word-break:break-word">{E(note)}</td></tr>""").Append('\n');
        html.Append(CultureInfo.InvariantCulture, $"""
            </table>
            </td></tr>
            <tr><td class="soft pad" style="padding:20px 36px 0;font-size:13px;line-height:19px;{Soft};word-break:break-word">{E(letter.Because)}</td></tr>
            <tr><td class="soft pad" style="padding:12px 36px 0;font-size:13px;line-height:19px;{Soft};word-break:break-word">{string.Join("<br>", letter.SellerLines().Select(E))}</td></tr>
            </table>
            <!--[if mso]></td></tr></table><![endif]-->
            </td></tr>
            </table>
            </body>
            </html>

            """);
        return html.ToString();
    }

    // A letter that is not about money has none.
    private static string Amount(string amount) => amount.Length == 0
        ? ""
        : $"""<tr><td class="ink amount" style="padding-top:2px;font-size:44px;line-height:52px;font-weight:700;letter-spacing:-.5px;{Ink}">{E(amount)}</td></tr>""";

    // The padding belongs to the link, so that all of the button can be tapped; the cell paints it for Outlook. The
    // address below is for readers whose mail program makes no links.
    private static string Button(Letter letter)
    {
        var url = E(letter.Button.Url);
        return $"""
            <table role="presentation" cellpadding="0" cellspacing="0" border="0"><tr><td bgcolor="{E(letter.Accent)}" style="background:{E(letter.Accent)};border-radius:6px"><a href="{url}" style="display:inline-block;padding:14px 30px;font-size:17px;line-height:22px;font-weight:600;color:{TextOn(letter.Accent)};text-decoration:none;border-radius:6px">{E(letter.Button.Label)}</a></td></tr></table>
            <div style="padding-top:12px;font-size:13px;line-height:19px;word-break:break-all"><a class="soft" href="{url}" style="{Soft};text-decoration:underline">{url}</a></div>
            """;
    }

    private static string Facts(IReadOnlyList<Fact> facts)
    {
        var rows = new StringBuilder("""<table role="presentation" width="100%" cellpadding="0" cellspacing="0" border="0">""");
        foreach (var fact in facts)
        {
            var weight = fact.IsStrong ? ";font-weight:700" : "";
            rows.Append(CultureInfo.InvariantCulture, $"""
                <tr><td class="soft rule fact" valign="top" style="padding:9px 14px 9px 0;{Rule};font-size:15px;line-height:21px;{Soft}{Narrow(fact)}">{E(fact.Label)}</td><td class="ink rule fact" align="right" valign="top" style="padding:9px 0;{Rule};font-size:15px;line-height:21px;{Ink};font-variant-numeric:tabular-nums;word-break:break-word{weight}">{E(fact.Value)}</td></tr>

                """);
        }

        return rows.Append("</table>").ToString();
    }

    // A short name stays on one line; a long one may break rather than squeeze its value out.
    private static string Narrow(Fact fact) => fact.Label.Length <= 20 ? ";white-space:nowrap" : "";

    /// <summary>White or near black, whichever reads better on the colour (WCAG relative luminance).</summary>
    private static string TextOn(string colour)
    {
        double Channel(int at)
        {
            var value = int.Parse(colour.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) / 255.0;
            return value <= 0.03928 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4);
        }

        var luminance = (0.2126 * Channel(1)) + (0.7152 * Channel(3)) + (0.0722 * Channel(5));
        return 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 ? "#ffffff" : "#101418";
    }

    private static string E(string text) => Encoder.Encode(text);
}
