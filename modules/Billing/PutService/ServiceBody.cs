using Vade.Kernel;
using Vade.Kernel.Storage;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Billing;

/// <summary>A service as a caller or a file gives it. What is null takes its default.</summary>
/// <param name="Currency">The organisation's by default.</param>
/// <param name="Every">One month by default.</param>
/// <param name="Channels">How invoices reach the customer: email (default), whatsApp.</param>
internal sealed record ServiceBody(
    IReadOnlyList<LineBody> Lines,
    DateOnly StartsOn,
    string? Description = null,
    string? Currency = null,
    EveryBody? Every = null,
    DateOnly? EndsOn = null,
    int? DueDays = null,
    bool Prorate = false,
    IReadOnlyList<string>? Channels = null);

internal sealed record EveryBody(int Months);

/// <param name="Quantity">1 by default; at most six decimals.</param>
/// <param name="TaxRate">Per cent, 0 to 100.</param>
internal sealed record LineBody(string Description, decimal UnitPrice, decimal TaxRate, decimal? Quantity = null);

/// <summary>The rules of services and of invoice lines, as pure functions.</summary>
internal static class ServiceRules
{
    private const int LinesMax = 100;
    private const int DescriptionMax = 300;
    private const int MonthsMax = 120;
    private const int DueDaysMax = 365;
    private const decimal AmountMax = 1_000_000_000_000m;
    private static readonly DateOnly Earliest = new(2000, 1, 1);
    private static readonly DateOnly Latest = new(2100, 12, 31);

    public static IReadOnlyList<ApiError> Problems(string code, ServiceBody body, OrganisationSettings organisation)
    {
        var problems = new List<ApiError>();
        if (code.Length > 64 || !Key.CanHold(code) || code.Any(char.IsControl))
            problems.Add(new("code.length", "A service's code has 1 to 64 characters, in another script than Latin fewer, none of them a control character.", "code"));
        if (body.Description is { Length: > DescriptionMax })
            problems.Add(new("description.length", $"A description has at most {DescriptionMax} characters.", "description"));
        if (body.Every is { Months: < 1 or > MonthsMax })
            problems.Add(new("every.months", $"Give 1 to {MonthsMax} months.", "every.months"));
        if (body.StartsOn < Earliest || body.StartsOn > Latest)
            problems.Add(new("startsOn.range", "Give a date from 2000 to 2100.", "startsOn"));
        if (body.EndsOn < body.StartsOn || body.EndsOn > Latest)
            problems.Add(new("endsOn.range", "The end must not be before the start, nor after 2100.", "endsOn"));
        for (var i = 0; i < (body.Channels?.Count ?? 0); i++)
        {
            if (body.Channels![i] is not ("email" or "whatsApp"))
                problems.Add(new("channel.unknown", "Give email or whatsApp.", $"channels[{i}]"));
        }

        problems.AddRange(LineProblems(body.Lines, body.Currency, body.DueDays, organisation));
        return problems;
    }

    /// <summary>What lines, currency and due days break; shared with invoices outside any schedule.</summary>
    public static IEnumerable<ApiError> LineProblems(
        IReadOnlyList<LineBody> lines, string? currencyCode, int? dueDays, OrganisationSettings organisation)
    {
        if (dueDays is < 0 or > DueDaysMax)
            yield return new("dueDays.range", $"Give 0 to {DueDaysMax} days.", "dueDays");
        if (lines.Count is 0 or > LinesMax)
            yield return new("lines.count", $"Give 1 to {LinesMax} lines.", "lines");
        var bounded = true;
        for (var i = 0; i < lines.Count; i++)
        {
            foreach (var problem in LineProblems(lines[i], $"lines[{i}]"))
            {
                bounded = false;
                yield return problem;
            }
        }

        if (Currency.Find(currencyCode ?? organisation.Currency) is not { } currency)
            yield return new("currency.unknown", $"Give one of {string.Join(", ", Currency.All)}.", "currency");
        else if (bounded && lines.Count is > 0 and <= LinesMax && Invoice.Amounts(Lines(lines), currency, new(1, 1)) is var amounts
            && (amounts.Net < 0m || amounts.Net + amounts.Tax is < 0m or >= AmountMax))
            yield return new("lines.total", "The lines must sum to 0 or more, and to less than a thousand billion.", "lines");
    }

    public static IReadOnlyList<ServiceLine> Lines(IReadOnlyList<LineBody> lines) =>
        [.. lines.Select(line => new ServiceLine(line.Description.Trim(), line.Quantity ?? 1m, line.UnitPrice, line.TaxRate))];

    private static IEnumerable<ApiError> LineProblems(LineBody line, string path)
    {
        if (line.Description.Trim().Length is 0 or > DescriptionMax || line.Description.Any(char.IsControl))
            yield return new("line.description", $"A line's description has 1 to {DescriptionMax} characters, none of them a control character.", path + ".description");
        if (line.Quantity is { } quantity && (quantity <= 0m || quantity > 1_000_000_000m || Decimals(quantity) > 6))
            yield return new("line.quantity", "A quantity is above 0, at most a billion, with at most six decimals.", path + ".quantity");
        if (Math.Abs(line.UnitPrice) >= AmountMax || Decimals(line.UnitPrice) > 6)
            yield return new("line.unitPrice", "A unit price has at most six decimals and is less than a thousand billion.", path + ".unitPrice");
        if (line.TaxRate is < 0m or > 100m || Decimals(line.TaxRate) > 2)
            yield return new("line.taxRate", "A tax rate is a per cent from 0 to 100 with at most two decimals.", path + ".taxRate");
    }

    private static int Decimals(decimal value) => (value / 1.000000000000000000000000000000m).Scale;
}
