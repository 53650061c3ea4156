using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>The notes of a customer: read by whoever sees customers, written by who deals with them.</summary>
internal static class NotesPages
{
    public const string Write = "customers.note";
    public const string Tab = "notes";

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/{code}/notes", (string code, PanelRequest panel) => Show(panel, code, "", null)).Needs(CustomerPanel.See);
        panel.MapPost("/customers/{code}/notes", Add).Needs(Write);
        panel.MapPost("/customers/{code}/notes/pin", Pin).Needs(Write);
    }

    private static async Task<IResult> Show(PanelRequest panel, string code, string text, string? error)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var notes = panel.Get<CustomerNotes>();
        return panel.Page<NotesPage>(
            error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(NotesPage.Frame), frame),
            (nameof(NotesPage.Notes), await notes.Of(frame.Account, panel.Cancellation)),
            (nameof(NotesPage.PinnedId), await notes.PinnedId(frame.Account, panel.Cancellation)),
            (nameof(NotesPage.Text), text),
            (nameof(NotesPage.Error), error));
    }

    private static async Task<IResult> Add(string code, PanelRequest panel)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var text = panel.Field("text").ReplaceLineEndings("\n");
        if (text.Length is 0 or > CustomerNotes.TextMax || !Words.ArePlain(text.Replace("\n", "", StringComparison.Ordinal)))
            return await Show(panel, code, text, AccountsWords.Texts.Format(panel.Language, "note.wrong", CustomerNotes.TextMax));
        if (!await panel.Get<CustomerNotes>().Write(frame.Account, panel.Nonce, text, panel.Staff.Name, panel.Cancellation))
            return await Show(panel, code, text, AccountsWords.Texts.Format(panel.Language, "note.full", CustomerNotes.NotesMax));
        panel.Audit("customer " + frame.Customer.Code);
        return panel.Done($"{frame.Path}/{Tab}", AccountsWords.Texts[panel.Language, "note.written"]);
    }

    private static async Task<IResult> Pin(string code, PanelRequest panel)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var id = panel.Field("note") is { Length: > 0 and <= 64 } given ? given : null;
        if (!await panel.Get<CustomerNotes>().Pin(frame.Account, id, panel.Cancellation))
            return panel.NotFound();
        panel.Audit("customer " + frame.Customer.Code, id is null ? "no note on top" : "a note on top");
        return panel.Done($"{frame.Path}/{Tab}", AccountsWords.Texts[panel.Language, id is null ? "note.unpinned" : "note.pinned"]);
    }
}
