using System.Collections.Frozen;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Notifications;

/// <summary>The stable words of deliveries and notices as staff read them.</summary>
internal static class PanelWords
{
    private static readonly FrozenSet<string> Known = Letter.Texts.Keys.ToFrozenSet(StringComparer.Ordinal);

    public static string Kind(string kind, Language language) => Of("panel.kind.", kind, language);

    public static string Channel(string channel, Language language) => Of("panel.channel.", channel, language);

    public static (string Text, Tone Tone) State(DeliveryState state, Language language) => state switch
    {
        DeliveryState.Sent => (Letter.Texts[language, "panel.state.sent"], Tone.Good),
        DeliveryState.Skipped => (Letter.Texts[language, "panel.state.skipped"], Tone.Plain),
        DeliveryState.Failed => (Letter.Texts[language, "panel.state.failed"], Tone.Bad),
        DeliveryState.Unknown => (Letter.Texts[language, "panel.state.unknown"], Tone.Warn),
        _ => (Letter.Texts[language, "panel.state.sending"], Tone.Info),
    };

    /// <summary>Why; a carrier's own words, which follow a colon, stay as they are.</summary>
    public static string? Reason(string? reason, Language language)
    {
        if (reason is null)
            return null;
        var colon = reason.IndexOf(':', StringComparison.Ordinal);
        return colon < 0
            ? Of("panel.reason.", reason, language)
            : $"{Of("panel.reason.", reason[..colon], language)} ({reason[(colon + 1)..].Trim()})";
    }

    public static string Notice(Notice notice, Language language) => notice.Kind switch
    {
        ContactChangedHandler.Kind => Letter.Texts.Format(
            language, "panel.notice.contactChanged",
            string.Join(", ", notice.Reason.Split(',').Select(what => Of("panel.contact.", what, language)))),
        DeliverHandler.FailedKind => Letter.Texts[language, "panel.notice.deliveryFailed"],
        PaymentNeedsAttentionHandler.Kind => Of("panel.notice.payment.", notice.Reason, language),
        _ => Of("panel.notice.", notice.Kind, language),
    };

    // A row that a newer version wrote is shown with its own word rather than not at all.
    private static string Of(string prefix, string word, Language language) =>
        Known.Contains(prefix + word) ? Letter.Texts[language, prefix + word] : word;
}
