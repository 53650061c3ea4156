using System.Globalization;
using System.Text;

namespace Vade.Notifications;

/// <summary>A file that goes with a message.</summary>
/// <param name="Name">ASCII.</param>
/// <param name="Type">Its media type.</param>
internal sealed record Attachment(string Name, string Type, byte[] Content)
{
    private const string Pdf = "application/pdf";

    /// <summary>A PDF named by a word and a number: Invoice-VAD2026000000001.pdf.</summary>
    public static Attachment OfPdf(string word, string number, byte[] content) =>
        new($"{word}-{new string([.. number.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')])}.pdf", Pdf, content);
}

/// <summary>An e-mail to one address, ready to be handed over.</summary>
/// <param name="Id">The delivery's id: the same however often it is handed over.</param>
/// <param name="Links">Every address that the message links to.</param>
internal sealed record Mail(
    string Id, string To, string ToName, string Subject, string Text, string Html,
    IReadOnlyList<string> Links, IReadOnlyList<Attachment> Attachments)
{
    private const int NameLengthMax = 100;
    private const int SubjectLengthMax = 200;

    public static Mail Of(string id, string to, string toName, Letter letter, IReadOnlyList<Attachment> attachments) => new(
        id, to, HeaderText(toName, NameLengthMax), SubjectOf(letter.Subject),
        LetterText.Write(letter), LetterHtml.Write(letter), [letter.Button.Url], attachments);

    /// <summary>A subject as it leaves, and as the log shows it.</summary>
    public static string SubjectOf(string text) => HeaderText(text, SubjectLengthMax);

    /// <summary>
    /// The text as one line that can stand in a header: what could end a line, or turn the direction of reading, is
    /// a blank; cut at a whole character.
    /// </summary>
    public static string HeaderText(string text, int lengthMax)
    {
        var line = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var isBlank = Rune.IsWhiteSpace(rune) || rune == Rune.ReplacementChar || Rune.GetUnicodeCategory(rune)
                is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator;
            if (isBlank && (line.Length == 0 || line[^1] == ' '))
                continue;
            if (line.Length + rune.Utf16SequenceLength > lengthMax)
                break;
            line.Append(isBlank ? " " : rune.ToString());
        }

        return line.ToString().TrimEnd();
    }
}

/// <summary>Hands a message to a carrier, once. It never repeats by itself (facts: messaging §0).</summary>
internal interface IMailSender
{
    Task<SendOutcome> Send(Mail mail, CancellationToken cancellation);
}
