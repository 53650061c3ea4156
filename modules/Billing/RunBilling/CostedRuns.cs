using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>The latest billing runs, for the page that shows what each of them cost.</summary>
internal sealed class CostedRuns(ITables tables) : ICostedWorks
{
    private const int Shown = 12;
    private const int ReadMax = 1_000;

    public async Task<IReadOnlyList<CostedWork>> Latest(PanelRequest panel)
    {
        var runs = await tables.Page(
            BillingRows.Table, Numbering.Partition(Numbering.Invoices), KeyRange.Prefix(RunRows.Run("")), ReadMax, BillingRows.RunType, panel.Cancellation);
        return
        [
            .. runs.Select(run => run.Value).OrderByDescending(run => run.SealedAt).Take(Shown).Select(run => new CostedWork(
                RunBillingHandler.CostOf(run.Id),
                Words.Texts.Format(panel.Language, "costs.run", panel.Date(run.IssuedOn), Formats.Number(run.Count, 0, panel.Language)))),
        ];
    }
}
