using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>What the office did to a customer's account by hand, and taking it back.</summary>
internal static class OperationPages
{
    public const string Write = "ledger.write";
    public const string Tab = "operations";
    private const int ShownMax = 500;

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/{code}/operations", Show).Needs(CustomerPanel.See);
        panel.MapGet("/customers/{code}/operations/{id}/cancel", (string code, string id, PanelRequest panel) => ShowCancel(panel, code, id, "", null)).Needs(Write);
        panel.MapPost("/customers/{code}/operations/{id}/cancel", Cancel).Needs(Write);
    }

    private static async Task<IResult> Show(string code, PanelRequest panel, Operations operations, LedgerReader ledger)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        var done = await operations.Page(frame.Account, null, ShownMax, panel.Cancellation);
        return panel.Page<OperationsPage>(
            (nameof(OperationsPage.Frame), frame),
            (nameof(OperationsPage.Head), await ledger.Head(frame.Account, panel.Cancellation)),
            (nameof(OperationsPage.Operations), (IReadOnlyList<Operation>)[.. done.OrderByDescending(operation => operation.At).ThenBy(operation => operation.Id, StringComparer.Ordinal)]));
    }

    private static async Task<IResult> ShowCancel(PanelRequest panel, string code, string id, string reason, string? error)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame || await Find(panel, frame, id) is not { } found || found.Operation.IsCancelled)
            return panel.NotFound();
        return panel.Page<TakeBackPage>(
            error is null ? StatusCodes.Status200OK : StatusCodes.Status422UnprocessableEntity,
            (nameof(TakeBackPage.Frame), frame), (nameof(TakeBackPage.Operation), found.Operation),
            (nameof(TakeBackPage.Reason), reason), (nameof(TakeBackPage.Error), error));
    }

    private static async Task<IResult> Cancel(string code, string id, PanelRequest panel, WriteOffs writeOffs, PayOuts payOuts)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame || await Find(panel, frame, id) is not { } found)
            return panel.NotFound();
        var reason = panel.Field("reason");
        if (Operations.ReasonProblem(reason) is { } problem)
            return await ShowCancel(panel, code, id, reason, FormErrors.Say(problem.Code, problem.Message, panel.Language));
        var outcome = found.Operation.Kind == OperationKind.WriteOff
            ? await writeOffs.Cancel(found.At, reason, panel.Cancellation)
            : await payOuts.Cancel(found.At, reason, panel.Cancellation);
        if (outcome is OperationOutcome.Refused { Problems: [var refused, ..] })
            return await ShowCancel(panel, code, id, reason, FormErrors.Say(refused.Code, refused.Message, panel.Language));
        panel.Audit("customer " + frame.Customer.Code, $"{found.Operation.Kind} {id}: {reason}");
        return panel.Done($"{frame.Path}/{Tab}", AccountsWords.Texts[panel.Language, "op.takenBack"]);
    }

    // An opening balance is never taken back: what was wrong in it is written off, or opened again.
    private static async Task<(OperationPointer At, Operation Operation)?> Find(PanelRequest panel, CustomerFrame frame, string id)
    {
        var operations = panel.Get<Operations>();
        var at = await operations.FindById(id, OperationKind.WriteOff, panel.Cancellation) ?? await operations.FindById(id, OperationKind.Payout, panel.Cancellation);
        return at?.Account == frame.Account
            && await panel.Get<AccountStore>().Find(at.Account, AccountsRows.Operation(at.Reference), AccountsRows.OperationType, panel.Cancellation) is { } stored
                ? (at, stored.Value)
                : null;
    }

    public static string KindOf(Operation operation, Language language) => AccountsWords.Texts[language, operation.Kind switch
    {
        OperationKind.OpeningBalance => "kind.openingBalance",
        OperationKind.WriteOff => "kind.writeOff",
        OperationKind.Merge => "kind.moved",
        _ => "kind.payout",
    }];
}
