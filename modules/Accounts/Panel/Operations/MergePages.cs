using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Two records of the same customer become one, after a page that says what moves; it cannot be undone.</summary>
internal static class MergePages
{
    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/{code}/merge", Ask).Needs(OperationPages.Write);
        panel.MapPost("/customers/{code}/merge", Merge).Needs(OperationPages.Write);
    }

    // Asked with a code in the address, it says what that does; without one it asks for the code.
    private static async Task<IResult> Ask(string code, PanelRequest panel, CustomerReader customers, MergeCustomers merge)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        if (panel.Query("into") is not { } into)
            return Show(panel, frame, "", []);
        if (await customers.OfCode(into.Trim(), panel.Cancellation) is not { } survivor)
            return Show(panel, frame, into, [new("into", "merge.unknown", "There is no customer with this code.")]);
        var preview = await merge.Preview(frame.Customer, survivor, panel.Cancellation);
        if (preview.Problems.Count > 0)
            return Show(panel, frame, into, preview.Problems);

        string T(string key) => AccountsWords.Texts[panel.Language, key];
        string Sums(IReadOnlyList<Money> sums) => sums.Count == 0 ? T("customer.nothing") : string.Join(" · ", sums.Select(panel.Money));
        return panel.Confirm(new(
            T("merge"),
            AccountsWords.Texts.Format(panel.Language, "merge.says", frame.Customer.Code, survivor.Code),
            frame.Path + "/merge",
            T("merge.do"),
            $"{frame.Path}/{OperationPages.Tab}",
            IsDanger: true,
            Fields: [("into", survivor.Code)],
            Facts:
            [
                (T("merge.goes"), $"{frame.Customer.Title} ({frame.Customer.Code})"),
                (T("merge.stays"), $"{survivor.Title} ({survivor.Code})"),
                (T("merge.open"), preview.OpenItems.ToString(CultureInfo.InvariantCulture)),
                (T("customer.advances"), preview.Advances.ToString(CultureInfo.InvariantCulture)),
                (T("merge.moving"), Sums(preview.Moving)),
                (T("merge.afterwards"), Sums(preview.Afterwards)),
            ]));
    }

    private static async Task<IResult> Merge(string code, PanelRequest panel, MergeCustomers merge)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var into = panel.Field("into");
        switch (await merge.Merge(frame.Account, new(panel.Nonce, into), panel.Cancellation))
        {
            case OperationOutcome.Done:
                panel.Audit("customer " + frame.Customer.Code, "merged into " + into);
                return panel.Done(CustomerFrame.PathOf(into), AccountsWords.Texts[panel.Language, "merge.done"]);
            case OperationOutcome.Refused refused:
                return Show(panel, frame, into, refused.Problems);
            default:
                return Show(panel, frame, into, [new("into", "reference.used", "Send the form once more.")]);
        }
    }

    private static IResult Show(PanelRequest panel, CustomerFrame frame, string into, IReadOnlyList<Remark> problems) => panel.Page<MergePage>(
        problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK,
        (nameof(MergePage.Frame), frame), (nameof(MergePage.Into), into),
        (nameof(MergePage.Error), problems.Count > 0 ? string.Join(" ", problems.Select(problem => FormErrors.Say(problem.Code, problem.Message, panel.Language))) : null));
}
