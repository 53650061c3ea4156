using System.Text;

namespace Vade.Notifications;

/// <summary>A letter as plain text: complete by itself, for readers without HTML.</summary>
internal static class LetterText
{
    public static string Write(Letter letter)
    {
        var text = new StringBuilder();
        void Line(string line = "") => text.Append(OneLine(line)).Append('\n');

        Line(letter.Opening);
        Line();
        Line(letter.Title);
        if (letter.Amount.Length > 0)
            Line(letter.Amount);
        Line(letter.Lead);
        Line();
        Line($"{letter.Button.Label}: {letter.Button.Url}");
        if (letter.Facts.Count > 0)
            Line();
        foreach (var fact in letter.Facts)
            Line($"{fact.Label}: {fact.Value}");
        if (letter.Notes.Count > 0)
            Line();
        foreach (var note in letter.Notes)
            Line(note);
        Line();
        // Two hyphens and a blank: what follows is the signature (RFC 3676 §4.3).
        text.Append("-- \n");
        Line(letter.Because);
        foreach (var line in letter.SellerLines())
            Line(line);
        return text.ToString();
    }

    // A name with a line break in it must not forge a line of its own.
    private static string OneLine(string text) => text.Any(char.IsControl)
        ? new string([.. text.Select(c => char.IsControl(c) ? ' ' : c)])
        : text;
}
