using Vade.Documents.Layout;
using Vade.Documents.Pdf;
using Vade.Kernel;

namespace Vade.Documents.Templates;

/// <summary>What our documents share: the head, who is who, the strip of facts, the closing notes.</summary>
internal static class Parts
{
    private const int LogoWidth = 17000;
    private const int LogoHeight = 5200;

    /// <summary>Seller on the left by logo or name, the paper's title and number on the right.</summary>
    public static void Head(this Column page, Party issuer, Logo? logo, string title, string number, string? mark, Rgb accent)
    {
        page.Row(gap: 2400, row =>
        {
            row.Relative(1, left =>
            {
                if (logo is not null)
                    left.Picture(logo.Image, issuer.Name, LogoWidth, LogoHeight);
                else
                    left.Text(issuer.Name).Bold().Size(1300);
            });
            row.Relative(1, right =>
            {
                right.Text(title).Title().Bold().Size(1700).Ink(accent).Right();
                right.TextIfAny(number)?.Size(1000).Right();
                right.TextIfAny(mark)?.Bold().Size(1000).Ink(Rgb.Alarm).Right();
            });
        });
        page.Gap(2600);
    }

    /// <summary>Two parties side by side.</summary>
    public static void Parties(this Column page, Labels labels, (string Label, Party Party) left, (string Label, Party Party) right)
    {
        page.Row(gap: 2400, row =>
        {
            row.Relative(1, column => column.Party(labels, left.Label, left.Party));
            row.Relative(1, column => column.Party(labels, right.Label, right.Party));
        });
        page.Gap(2200);
    }

    private static void Party(this Column column, Labels labels, string label, Party party)
    {
        column.Text(label).Heading().Size(750).Muted();
        column.Gap(200);
        column.Text(party.Name).Bold().Size(1000);
        foreach (var line in party.AddressLines)
            column.TextIfAny(line)?.Size(850);
        if (!string.IsNullOrWhiteSpace(party.TaxOffice))
            column.Text($"{labels.TaxOffice}: {party.TaxOffice}").Size(850);
        if (!string.IsNullOrWhiteSpace(party.TaxId))
            column.Text(string.IsNullOrWhiteSpace(party.TaxIdLabel) ? party.TaxId : $"{party.TaxIdLabel}: {party.TaxId}").Size(850);
    }

    /// <summary>A few facts in a row, each below its label; those without a value are left out.</summary>
    public static void Facts(this Column page, Rgb accent, params (string Label, string? Value)[] facts)
    {
        var given = Array.FindAll(facts, fact => !string.IsNullOrWhiteSpace(fact.Value));
        page.Panel(accent.Tint(6), padding: 1000, panel => panel.Table(table =>
        {
            table.Plain(padding: 100);
            foreach (var (label, _) in given)
                table.Relative(1, label);
            var bold = new Style(Weight.Bold, 900, Rgb.Ink);
            table.Row(bold, bold, [.. given.Select(fact => fact.Value!)]);
        }));
        page.Gap(2000);
    }

    /// <summary>The sums at the right: quiet ones first, then the one that matters, the largest figure on the page.</summary>
    public static void Totals(this Column page, Rgb accent, IEnumerable<(string Label, string Value)> quiet, (string Label, string Value) total)
    {
        page.Gap(800);
        page.Row(gap: 2400, row =>
        {
            row.Relative(2, _ => { });
            row.Relative(5, right =>
            {
                right.Table(table =>
                {
                    table.Plain(padding: 160).RowHeaders().Relative(1, null).Auto(null, Align.Right);
                    foreach (var (label, value) in quiet)
                        table.Row(label, value);
                });
                right.Gap(400);
                right.Rule(accent);
                right.Gap(700);
                right.Table(table =>
                {
                    table.Plain(padding: 0).RowHeaders().Relative(1, null).Auto(null, Align.Right);
                    table.Row(new Style(Weight.Bold, 1000, accent), new Style(Weight.Bold, 1800, accent), total.Label, total.Value);
                });
            });
        });
    }

    public static void Notes(this Column page, Labels labels, IReadOnlyList<string> notes)
    {
        if (!notes.Any(note => !string.IsNullOrWhiteSpace(note)))
            return;
        page.Gap(2000);
        page.Text(labels.Notes).Heading().Size(750).Muted();
        page.Gap(200);
        foreach (var note in notes)
        {
            page.TextIfAny(note)?.Size(850);
            page.Gap(300);
        }
    }

    public static Properties Properties(string title, Party author, Language language, DateTimeOffset issuedAt, string identity) =>
        new(title, author.Name, language.Tag(), issuedAt, identity);
}
