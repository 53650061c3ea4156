using Vade.Kernel;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>The state of a page in one sentence, with its tone: the words say it, the colour only repeats it.</summary>
/// <param name="Tone">well, wrong or empty.</param>
/// <param name="Url">Where the sentence leads, under <paramref name="UrlText"/>.</param>
public sealed record PayNote(string Text, string Tone = "", string? Url = null, string? UrlText = null);

/// <summary>Something owed, as a line of the page.</summary>
/// <param name="Due">In words: 3 days late, due in 5 days.</param>
public sealed record PayItem(string Number, string? What, string Due, bool Late, string Amount, string? PdfUrl);

/// <summary>What is owed in one currency, with the form that pays it. Currencies never mix.</summary>
/// <param name="FormId"><c>pay</c> for the first, <c>pay-USD</c> … for the others.</param>
/// <param name="Plain">The amount as the form sends it back: pays only if it still stands.</param>
/// <param name="CanPay">Some provider takes this currency.</param>
/// <param name="Typed">What was typed as another amount, when it could not be taken.</param>
public sealed record PaySection(
    string FormId, string Currency, string Amount, string Plain, bool CanPay, IReadOnlyList<PayItem> Items, string? More, string? Advance,
    string? Typed, string? TypedProblem);

/// <summary>A line, tax or sum within the details.</summary>
public sealed record PayDetail(string Name, string? Small, string Amount);

/// <summary>Everything that the pay page shows, already written for its reader.</summary>
/// <param name="Facts">What for: period, due date, customer.</param>
public sealed record PayView(
    Look Look, Language Language, string Title, string Action, IReadOnlyList<PayNote> Notes,
    IReadOnlyList<(string Name, string Value, bool Late)> Facts, IReadOnlyList<PaySection> Sections,
    IReadOnlyList<PayDetail> Lines, IReadOnlyList<PayDetail> Sums, string WhyUrl, string? PdfUrl, string? ReceiptUrl,
    (string Id, string Text)? PayerNumber, (string Name, string Amount)? Total);

/// <summary>How the latest attempt stands.</summary>
/// <param name="Continue">Where an attempt that waits at the provider goes on; a form's fields with it.</param>
public sealed record ResultView(
    Look Look, Language Language, string Title, PayNote Note, string? Amount, string BackUrl, string BackText, string? ReceiptUrl,
    string? ContinueUrl, IReadOnlyDictionary<string, string>? ContinueFields, int? RefreshSeconds, string? RefreshUrl);
