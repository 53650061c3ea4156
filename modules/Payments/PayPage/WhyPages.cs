using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>Behind a pay link: where its amount comes from, down to the ledger. For the whole debt, one tree a currency.</summary>
internal static class WhyPages
{
    public static async Task<RazorComponentResult> Show(
        string token, HttpContext context, PayLinks links, PayPages pages, InvoiceReader invoices, LedgerReader ledger, ExplainInvoice explainInvoice,
        ExplainAccount explainAccount, Looks looks, Settings settings, CancellationToken cancellation)
    {
        if (await links.Resolve(token, cancellation) is not var (scope, customer))
            return await pages.NotFound(context.Request, cancellation);
        var language = PageLanguage.Of(context.Request, customer.Reader);
        var parts = new List<Explanation>();
        if (scope.Kind == PayLinks.Invoice)
        {
            if (await invoices.Find(scope.Account, scope.Id, cancellation) is not { } invoice)
                return await pages.NotFound(context.Request, cancellation);
            parts.AddRange(await explainInvoice.Of(scope.Account, invoice, language, cancellation));
        }
        else
        {
            var own = (await settings.Get(OrganisationSettings.Section, cancellation)).MoneyCurrency;
            var head = await ledger.Head(scope.Account, cancellation);
            foreach (var currency in head.Balances.Select(balance => Currency.Of(balance.Currency)).Append(own).Distinct())
                parts.Add(await explainAccount.Balance(scope.Account, currency, language, cancellation));
        }

        return Pages.Of<WhyPage>(new()
        {
            [nameof(WhyPage.Look)] = await looks.Get(cancellation),
            [nameof(WhyPage.Language)] = language,
            [nameof(WhyPage.Parts)] = parts,
            [nameof(WhyPage.BackUrl)] = PageLanguage.Keep(context.Request, $"/p/{token}"),
        });
    }
}
