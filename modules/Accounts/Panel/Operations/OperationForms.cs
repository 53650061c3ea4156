using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>What was typed into the form of an operation, and what is wrong with it.</summary>
public sealed record OperationFormView(
    CustomerFrame Frame, LedgerHead Head, Currency Currency, IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Items, IReadOnlyDictionary<string, string> Errors)
{
    public string Value(string field) => Values.TryGetValue(field, out var value) ? value : "";

    public string? Error(string field) => Errors.TryGetValue(field, out var error) ? error : null;

    /// <summary>What is wrong, where it belongs to none of the fields that the form has.</summary>
    public string? Other(params IReadOnlyList<string> fields) =>
        string.Join(" ", Errors.Where(error => !fields.Contains(error.Key)).Select(error => error.Value)) is { Length: > 0 } text ? text : null;
}

/// <summary>Something to be done to an account, as it was typed.</summary>
/// <param name="Decide">Posts it in a session: looked at before it is done.</param>
/// <param name="Do">Does it, once for the form's nonce.</param>
internal sealed record Deed(Func<LedgerSession, Decided> Decide, Func<string, Task<OperationOutcome>> Do);

/// <summary>
/// The office's operations as forms: typed, shown with what they will do to the balance, and only then done. What is
/// shown is decided by the same rules as what is done, over the ledger as it stands.
/// </summary>
internal static class OperationForms
{
    private static readonly string[] Fields = ["side", "number", "amount", "issuedOn", "dueOn", "asOf", "currency", "means", "paidOn", "reason", "all", "evenThoughOpen"];

    public static void Map(RouteGroupBuilder panel)
    {
        Map<OpeningPage>(panel, "opening", Opening);
        Map<WriteOffPage>(panel, "write-off", WriteOff);
        Map<PayOutPage>(panel, "pay-out", PayOut);
    }

    private delegate (Deed? Deed, IReadOnlyList<Remark> Problems) Reading(PanelRequest panel, string account, Currency currency, Func<string, StringValues> typed);

    private static void Map<TPage>(RouteGroupBuilder panel, string name, Reading read)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        var path = "/customers/{code}/" + name;
        panel.MapGet(path, (string code, HttpRequest request, PanelRequest panel) => Show<TPage>(panel, code, field => request.Query[field], [])).Needs(OperationPages.Write);
        panel.MapGet(path + "/confirm", async (string code, HttpRequest request, PanelRequest panel) =>
        {
            StringValues Typed(string field) => request.Query[field];
            if (await CustomerFrame.Find(panel, code) is not { } frame)
                return panel.NotFound();
            if (frame.Closed(panel) is { } closed)
                return closed;
            var (deed, problems) = read(panel, frame.Account, CurrencyOf(panel, Typed), Typed);
            if (deed is null)
                return await Show<TPage>(panel, code, Typed, problems);
            var session = await panel.Get<Ledger>().Open(frame.Account, panel.Cancellation);
            var before = session.Head;
            return deed.Decide(session) is { Operation: { } operation }
                ? panel.Confirm(Question(panel, frame, name, operation, before, session.Head, Typed))
                : await Show<TPage>(panel, code, Typed, deed.Decide(await panel.Get<Ledger>().Open(frame.Account, panel.Cancellation)).Problems);
        }).Needs(OperationPages.Write);
        panel.MapPost(path, async (string code, PanelRequest panel) =>
        {
            StringValues Typed(string field) => panel.Form[field];
            if (await CustomerFrame.Find(panel, code) is not { } frame)
                return panel.NotFound();
            if (frame.Closed(panel) is { } closed)
                return closed;
            var (deed, problems) = read(panel, frame.Account, CurrencyOf(panel, Typed), Typed);
            if (deed is null)
                return await Show<TPage>(panel, code, Typed, problems);
            switch (await deed.Do(panel.Nonce))
            {
                case OperationOutcome.Done done:
                    panel.Audit("customer " + frame.Customer.Code, $"{done.Operation.Kind} {done.Operation.Id}: {new Money(done.Operation.Amount, done.Operation.MoneyCurrency).ToPlain()} {done.Operation.Currency}");
                    return panel.Done($"{frame.Path}/{OperationPages.Tab}", AccountsWords.Texts[panel.Language, "op.done"]);
                case OperationOutcome.Refused refused:
                    return await Show<TPage>(panel, code, Typed, refused.Problems);
                default:
                    return await Show<TPage>(panel, code, Typed, [new("reference", "reference.used", "Send the form once more.")]);
            }
        }).Needs(OperationPages.Write);
    }

    private static async Task<IResult> Show<TPage>(PanelRequest panel, string code, Func<string, StringValues> typed, IReadOnlyList<Remark> problems)
        where TPage : Microsoft.AspNetCore.Components.IComponent
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        var view = new OperationFormView(
            frame, await panel.Get<LedgerReader>().Head(frame.Account, panel.Cancellation), CurrencyOf(panel, typed),
            Fields.ToDictionary(field => field, field => typed(field).ToString().Trim(), StringComparer.Ordinal),
            [.. typed("item").OfType<string>()],
            FormErrors.ByField(problems, panel.Language));
        return panel.Page<TPage>(problems.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, ("View", view));
    }

    private static Confirmation Question(
        PanelRequest panel, CustomerFrame frame, string name, Operation operation, LedgerHead before, LedgerHead after, Func<string, StringValues> typed)
    {
        string T(string key) => AccountsWords.Texts[panel.Language, key];
        var currency = operation.MoneyCurrency;
        string Credits(LedgerHead head) => panel.Money(new(head.Credits.Where(credit => credit.Currency == currency.Code).Sum(credit => credit.Left), currency));
        var amount = panel.Money(new(Math.Abs(operation.Amount), currency));
        List<(string, string)> facts =
        [
            (T("report.title"), $"{frame.Customer.Title} ({frame.Customer.Code})"),
            (T("report.amount"), amount),
            (T("date"), panel.Date(operation.On)),
            (T("op.openBefore"), $"{panel.Money(Open(before))} → {panel.Money(Open(after))}"),
            (T("op.advanceBefore"), $"{Credits(before)} → {Credits(after)}"),
            (T("op.balanceBefore"), $"{panel.Money(before.Balance(currency))} → {panel.Money(after.Balance(currency))}"),
        ];
        if (operation.Reason is { } reason)
            facts.Add((T("op.reason"), reason));
        return new(
            T($"op.{name}"),
            AccountsWords.Texts.Format(panel.Language, operation is { Kind: OperationKind.OpeningBalance, Amount: < 0m } ? "op.opening.saysAdvance" : $"op.{name}.says", amount),
            $"{frame.Path}/{name}",
            T($"op.{name}.do"),
            $"{frame.Path}/{name}{panel.Here[Math.Max(panel.Here.IndexOf('?', StringComparison.Ordinal), 0)..]}",
            // No more than was shown, whatever comes in meanwhile.
            Fields:
            [
                .. Fields.Append("item").Where(field => field != "amount")
                    .SelectMany(field => typed(field).OfType<string>().Where(value => value.Length > 0).Select(value => (field, value))),
                ("amount", FormValues.Written(Math.Abs(operation.Amount), panel.Language)),
            ],
            Facts: facts);

        Money Open(LedgerHead head) => new(head.Due(currency).Sum(item => item.Remaining), currency);
    }

    private static Currency CurrencyOf(PanelRequest panel, Func<string, StringValues> typed) => Currency.Find(typed("currency").ToString()) ?? panel.Organisation.MoneyCurrency;

    private static (Deed?, IReadOnlyList<Remark>) Opening(PanelRequest panel, string account, Currency currency, Func<string, StringValues> typed)
    {
        var problems = new List<Remark>();
        var amount = Amount(panel, typed, problems);
        var (asOf, issuedOn, dueOn) = (Day(typed, "asOf", problems), Day(typed, "issuedOn", problems), Day(typed, "dueOn", problems));
        if (asOf is null && problems.TrueForAll(problem => problem.Field != "asOf"))
            problems.Add(new("asOf", "asOf.required", "Give the day the balance stood."));
        var number = typed("number").ToString().Trim();
        var isAdvance = typed("side").ToString() == "advance";
        if (number.Length == 0 && !isAdvance)
            problems.Add(new("number", "number.required", "Give the number that people know it by."));
        if (problems.Count > 0)
            return (null, problems);
        OpeningBody Body(string reference) => isAdvance
            ? new(reference, currency.Code, asOf, null, amount!.Value)
            : new(reference, currency.Code, asOf, [new(amount!.Value, number, issuedOn, dueOn)]);
        var now = panel.Get<TimeProvider>().GetUtcNow();
        return (new(
            session => Named(OpeningBalances.Decide(session, Body("preview"), panel.Organisation.Currency, panel.Today, now)),
            async nonce => await panel.Get<OpeningBalances>().Take(account, Body(OpeningReference(nonce)), panel.Cancellation) switch
            {
                OperationOutcome.Refused refused => new OperationOutcome.Refused(Named(refused.Problems)),
                var outcome => outcome,
            }), []);
    }

    private static (Deed?, IReadOnlyList<Remark>) WriteOff(PanelRequest panel, string account, Currency currency, Func<string, StringValues> typed)
    {
        var problems = new List<Remark>();
        var amount = typed("amount").ToString().Trim().Length > 0 ? Amount(panel, typed, problems) : null;
        string[] items = [.. typed("item").OfType<string>()];
        var all = typed("all").ToString() == "true";
        if (!all && items.Length == 0)
            problems.Add(new("invoices", "writeOff.choose", "Choose what is written off."));
        if (problems.Count > 0)
            return (null, problems);
        WriteOffBody Body(string reference) => new(reference, typed("reason").ToString(), currency.Code, all ? null : items, amount);
        var now = panel.Get<TimeProvider>().GetUtcNow();
        return (new(
            session => WriteOffs.Decide(session, Body("preview"), panel.Organisation.Currency, panel.Today, now),
            nonce => panel.Get<WriteOffs>().WriteOff(account, Body(nonce), panel.Cancellation)), []);
    }

    private static (Deed?, IReadOnlyList<Remark>) PayOut(PanelRequest panel, string account, Currency currency, Func<string, StringValues> typed)
    {
        var problems = new List<Remark>();
        var (amount, paidOn) = (Amount(panel, typed, problems), Day(typed, "paidOn", problems));
        if (problems.Count > 0)
            return (null, problems);
        // The day is told apart from the clock's, so that the form means the same when it comes again tomorrow.
        PayoutBody Body(string reference) => new(
            reference, amount!.Value, typed("means").ToString(), typed("reason").ToString(), currency.Code, paidOn ?? panel.Today, typed("evenThoughOpen").ToString() == "true");
        var now = panel.Get<TimeProvider>().GetUtcNow();
        return (new(
            session => PayOuts.Decide(session, Body("preview"), panel.Organisation.Currency, panel.Today, now),
            nonce => panel.Get<PayOuts>().PayOut(account, Body(nonce), panel.Cancellation)), []);
    }

    // Statements show it as the document of the entry, so it is short.
    private static string OpeningReference(string nonce) => "OB-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(nonce)).AsSpan(0, 5));

    // The form has one item, and the API a list of them.
    private static Decided Named(Decided decided) => decided with { Problems = Named(decided.Problems) };

    private static IReadOnlyList<Remark> Named(IReadOnlyList<Remark> problems) =>
        [.. problems.Select(problem => problem with { Field = problem.Field == "advance" ? "amount" : problem.Field.Replace("items[0].", "", StringComparison.Ordinal) })];

    private static decimal? Amount(PanelRequest panel, Func<string, StringValues> typed, List<Remark> problems)
    {
        var amount = FormValues.Number(typed("amount").ToString(), panel.Language);
        if (amount is null)
            problems.Add(new("amount", "amount.positive", "Give an amount above zero."));
        return amount;
    }

    private static DateOnly? Day(Func<string, StringValues> typed, string field, List<Remark> problems)
    {
        var text = typed(field).ToString().Trim();
        var day = FormValues.Day(text);
        if (day is null && text.Length > 0)
            problems.Add(new(field, "date.form", "Give a date."));
        return day;
    }
}
