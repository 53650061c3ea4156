using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Web;
using Vade.Portal;

namespace Vade.Billing;

/// <summary>A service in a form: what was typed, and what is wrong with it.</summary>
/// <param name="Code">Null for a new one.</param>
/// <param name="Rows">So many rows for lines.</param>
/// <param name="Errors">By field; those of a line as <c>line.0.unitPrice</c>.</param>
public sealed record ServiceFormView(
    CustomerFrame Frame, string? Code, IReadOnlyDictionary<string, string> Values, int Rows, IReadOnlyDictionary<string, string> Errors)
{
    public string Value(string field) => Values.TryGetValue(field, out var value) ? value : "";

    public string? Error(string field) => Errors.TryGetValue(field, out var error) ? error : null;
}

/// <summary>
/// A new service, and changes to one, by the rules of the API: typed, shown with the invoices that it is going to make,
/// and saved by a second button (seed B24).
/// </summary>
internal static class ServiceForm
{
    private static readonly string[] Channels = ["email", "whatsApp"];

    // No code of a service reads so in a path: what holds an "@" is written with "~".
    public const string New = "@new";
    private const int RowsMin = 3;
    private const int RowsMore = 3;
    private const int RowsMax = 100;
    private static readonly string[] LineFields = ["description", "quantity", "unitPrice", "taxRate"];

    private static readonly string[] Fields =
        ["service", "description", "currency", "months", "startsOn", "endsOn", "dueDays", "prorate", "channel.email", "channel.whatsApp", "seen"];

    public static void Map(RouteGroupBuilder panel)
    {
        panel.MapGet("/customers/{code}/services/@new", ShowNew).Needs(ServicesPanel.Write);
        panel.MapPost("/customers/{code}/services/@new", (string code, PanelRequest panel, SaveService services) => Post(panel, code, null, services)).Needs(ServicesPanel.Write);
        panel.MapGet("/customers/{code}/services/{service}/edit", ShowEdit).Needs(ServicesPanel.Write);
        panel.MapPost("/customers/{code}/services/{service}/edit", (string code, string service, PanelRequest panel, SaveService services) => Post(panel, code, service, services)).Needs(ServicesPanel.Write);
    }

    private static async Task<IResult> ShowNew(string code, PanelRequest panel, ServiceList services)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        var taken = (await services.Of(frame.Account, panel.Cancellation)).Select(service => service.Code).ToHashSet(StringComparer.Ordinal);
        var next = Enumerable.Range(1, taken.Count + 1).Select(number => "S" + number.ToString(CultureInfo.InvariantCulture)).First(name => !taken.Contains(name));
        return Show(panel, new(
            frame, null,
            new Dictionary<string, string>
            {
                ["service"] = next, ["currency"] = panel.Organisation.Currency, ["months"] = "1", ["startsOn"] = FormValues.Written(panel.Today), ["channel.email"] = "true",
                ["line.0.quantity"] = "1", ["line.0.taxRate"] = "20",
            },
            RowsMin, new Dictionary<string, string>()));
    }

    private static async Task<IResult> ShowEdit(string code, string service, PanelRequest panel) =>
        await ServicesPanel.Find(panel, code, service) is var (frame, found)
            ? frame.Closed(panel) ?? Show(panel, new(frame, found.Code, ValuesOf(found, panel.Language), Math.Max(RowsMin, found.Lines.Count + 1), new Dictionary<string, string>()))
            : panel.NotFound();

    private static async Task<IResult> Post(PanelRequest panel, string code, string? service, SaveService services)
    {
        if (await CustomerFrame.Find(panel, code) is not { } frame)
            return panel.NotFound();
        if (frame.Closed(panel) is { } closed)
            return closed;
        var name = service is null ? panel.Field("service") : PathName.Decode(service);
        if (name is null)
            return panel.NotFound();
        var rows = Math.Clamp(FormValues.Whole(panel.Field("rows")) ?? RowsMin, RowsMin, RowsMax);
        var known = service is null ? null : name;
        var typed = Typed(panel, rows);
        var step = panel.Field("step");
        if (step is "row" or "edit")
            return Show(panel, new(frame, known, typed, step == "row" ? Math.Min(rows + RowsMore, RowsMax) : rows, new Dictionary<string, string>()));

        var (body, errors) = Read(panel, name, rows);
        if (body is null || errors.Count > 0)
            return Show(panel, new(frame, known, typed, rows, errors));
        var (before, after) = await services.Draft(frame.Customer, name, body, panel.Cancellation);
        // Sent again after a death, it finds what it saved itself.
        var isDone = await services.IsKnown(frame.Customer, name, body, panel.Cancellation);
        if (service is null && before is not null && !isDone)
            return Show(panel, new(frame, known, typed, rows, new Dictionary<string, string> { ["service"] = Words.Texts[panel.Language, "svc.taken"] }));

        var isStale = !isDone && before is not null && panel.Field("seen") != Seen(before);
        if (step != "save" || isStale)
        {
            if (before is not null)
                typed["seen"] = Seen(before);
            return panel.Page<ServicePreviewPage>(
                (nameof(ServicePreviewPage.View), new ServiceFormView(frame, known, typed, rows, errors)),
                (nameof(ServicePreviewPage.After), after),
                (nameof(ServicePreviewPage.Invoices), ServicePreview.Of(before, after)),
                (nameof(ServicePreviewPage.AtOnce), after.DueThrough(panel.Today).Count()),
                (nameof(ServicePreviewPage.IsChange), before is not null),
                (nameof(ServicePreviewPage.IsStale), step == "save" && isStale));
        }

        await services.Save(frame.Customer, name, body, panel.Cancellation);
        panel.Audit($"service {name} of customer {frame.Customer.Code}");
        return panel.Done(ServicesPanel.PathOf(frame.Customer.Code, name), Words.Texts[panel.Language, "svc.saved"]);
    }

    private static IResult Show(PanelRequest panel, ServiceFormView view) => panel.Page<ServiceFormPage>(
        view.Errors.Count > 0 ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK, (nameof(ServiceFormPage.View), view));

    /// <summary>What the API would be sent for this service as it stands.</summary>
    public static ServiceBody BodyOf(Service service) => new(
        [.. service.Lines.Select(line => new LineBody(line.Description, line.UnitPrice, line.TaxRate, line.Quantity))],
        service.StartsOn, service.Description, service.Currency, new(service.EveryMonths), service.EndsOn, service.DueDays, service.Prorate, service.Channels);

    private static (ServiceBody? Body, Dictionary<string, string> Errors) Read(PanelRequest panel, string code, int rows)
    {
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        void Wrong(string field, string problem, string otherwise) =>
            errors[field] = errors.TryGetValue(field, out var before) ? $"{before} {FormErrors.Say(problem, otherwise, panel.Language)}" : FormErrors.Say(problem, otherwise, panel.Language);

        var (lines, rowOf) = (new List<LineBody>(), new List<int>());
        for (var row = 0; row < rows; row++)
        {
            string Cell(string field) => panel.Field(string.Create(CultureInfo.InvariantCulture, $"line.{row}.{field}"));
            if (Cell("description").Length == 0 && Cell("unitPrice").Length == 0)
                continue;
            decimal? Number(string field, decimal? otherwise = null)
            {
                if (Cell(field).Length == 0 && otherwise is not null)
                    return otherwise;
                var number = FormValues.Number(Cell(field), panel.Language);
                if (number is null)
                    Wrong(string.Create(CultureInfo.InvariantCulture, $"line.{row}.{field}"), "number.form", "Give a number.");
                return number;
            }

            lines.Add(new(Cell("description"), Number("unitPrice") ?? 0m, Number("taxRate") ?? 0m, Number("quantity", 1m)));
            rowOf.Add(row);
        }

        if (FormValues.Day(panel.Field("startsOn")) is not { } startsOn)
        {
            Wrong("startsOn", "startsOn.required", "Give the date of the first invoice.");
            return (null, errors);
        }

        if (panel.Field("endsOn").Length > 0 && FormValues.Day(panel.Field("endsOn")) is null)
            Wrong("endsOn", "date.form", "Give a date.");
        if (panel.Field("dueDays").Length > 0 && FormValues.Whole(panel.Field("dueDays")) is null)
            Wrong("dueDays", "dueDays.range", "Give 0 to 365 days.");
        string[] channels = [.. Channels.Where(channel => panel.Field("channel." + channel) == "true")];
        if (channels.Length == 0)
            Wrong("channels", "channels.none", "Choose at least one.");
        var body = new ServiceBody(
            lines, startsOn, panel.Field("description"), panel.Field("currency"), new(FormValues.Whole(panel.Field("months")) ?? 0),
            FormValues.Day(panel.Field("endsOn")), FormValues.Whole(panel.Field("dueDays")), panel.Field("prorate") == "true", channels);
        foreach (var problem in ServiceRules.Problems(code, body, panel.Organisation))
            Wrong(FieldOf(problem.Field ?? "", rowOf), problem.Code, problem.Message);
        return (body, errors);
    }

    // lines[1].unitPrice is the second line that was filled in, wherever in the form it stands.
    private static string FieldOf(string path, List<int> rowOf)
    {
        if (!path.StartsWith("lines[", StringComparison.Ordinal))
            return path switch { "code" => "service", "every.months" => "months", _ => path.Split('[')[0] };
        var end = path.IndexOf(']', StringComparison.Ordinal);
        var place = int.Parse(path.AsSpan("lines[".Length, end - "lines[".Length), NumberStyles.None, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"line.{rowOf[place]}.{path[(end + 2)..]}");
    }

    private static Dictionary<string, string> Typed(PanelRequest panel, int rows) => Fields
        .Concat(Enumerable.Range(0, rows).SelectMany(row => LineFields.Select(field => string.Create(CultureInfo.InvariantCulture, $"line.{row}.{field}"))))
        .ToDictionary(field => field, panel.Field, StringComparer.Ordinal);

    private static Dictionary<string, string> ValuesOf(Service service, Language language)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["service"] = service.Code,
            ["description"] = service.Description,
            ["currency"] = service.Currency,
            ["months"] = service.EveryMonths.ToString(CultureInfo.InvariantCulture),
            ["startsOn"] = FormValues.Written(service.StartsOn),
            ["endsOn"] = FormValues.Written(service.EndsOn),
            ["dueDays"] = service.DueDays?.ToString(CultureInfo.InvariantCulture) ?? "",
            ["prorate"] = service.Prorate ? "true" : "",
            ["channel.email"] = service.Channels.Contains("email") ? "true" : "",
            ["channel.whatsApp"] = service.Channels.Contains("whatsApp") ? "true" : "",
            ["seen"] = Seen(service),
        };
        foreach (var (row, line) in service.Lines.Index())
        {
            var at = string.Create(CultureInfo.InvariantCulture, $"line.{row}.");
            values[at + "description"] = line.Description;
            values[at + "quantity"] = FormValues.Written(line.Quantity, language);
            values[at + "unitPrice"] = FormValues.Written(line.UnitPrice, language);
            values[at + "taxRate"] = FormValues.Written(line.TaxRate, language);
        }

        return values;
    }

    private static string Seen(Service service) => service.SavedAt.UtcTicks.ToString(CultureInfo.InvariantCulture);
}

/// <summary>An invoice to come, before a change and after it; null where there is none.</summary>
public sealed record PreviewedInvoice(DateOnly On, Money? Before, Money? After);

/// <summary>What a change of a service does to its next invoices, as a pure function.</summary>
internal static class ServicePreview
{
    private const int Count = 3;
    private const int OldMax = 24;

    /// <summary>The next three invoices as they are going to be, and what of the old plan falls on or before the last of them.</summary>
    public static IReadOnlyList<PreviewedInvoice> Of(Service? before, Service after)
    {
        var dates = after.Upcoming(Count);
        var old = before?.Upcoming(dates.Count > 0 ? OldMax : Count) ?? [];
        return
        [
            .. dates.Union(old.Where(on => dates.Count == 0 || on <= dates[^1])).Order().Select(on => new PreviewedInvoice(
                on,
                old.Contains(on) ? ServiceRow.AmountOn(before!, on) : null,
                dates.Contains(on) ? ServiceRow.AmountOn(after, on) : null)),
        ];
    }
}
