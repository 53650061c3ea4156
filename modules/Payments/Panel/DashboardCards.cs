using System.Globalization;
using Microsoft.AspNetCore.Components;
using Vade.Billing;
using Vade.Kernel;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>The office's figures, counted once for all cards of a page.</summary>
internal sealed class OfficeToday(OfficeFigures figures)
{
    public const string Permission = "reports.see";
    private Task<OfficeNumbers>? _numbers;

    public Task<OfficeNumbers> Read(CancellationToken cancellation) => _numbers ??= figures.Read(null, cancellation);

    internal static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>What is open and due on these days, in the list of invoices.</summary>
    internal static string DueUrl(DateOnly from, DateOnly to) => $"/panel/invoices?status=owed&dueFrom={Iso(from)}&dueTo={Iso(to)}";

    internal static RenderFragment View<TView>(OfficeNumbers numbers)
        where TView : IComponent => builder =>
    {
        builder.OpenComponent<TView>(0);
        // All views of these cards have it, which the analyzer cannot see through the type parameter.
#pragma warning disable MA0115
        builder.AddComponentParameter(1, "Numbers", numbers);
#pragma warning restore MA0115
        builder.CloseComponent();
    };
}

/// <summary>What is overdue or due today is what a collector begins the day with.</summary>
internal sealed class DueTasks(OfficeToday today) : IPanelTasks
{
    public string Permission => OfficeToday.Permission;

    public async Task<IReadOnlyList<PanelTask>> Find(PanelRequest panel)
    {
        var numbers = await today.Read(panel.Cancellation);
        var currency = Currency.Of(numbers.Currency);
        string Says(string key, Figure figure, int customers) =>
            Words.Texts.Format(panel.Language, key, panel.Money(new(figure.Amount, currency)), figure.Count, customers);
        var tasks = new List<PanelTask>();
        if (numbers.Overdue.Count > 0)
            tasks.Add(new(Says("today.overdue", numbers.Overdue, numbers.OverdueCustomers), "/panel/invoices?status=overdue", Tone.Bad));
        if (numbers.DueToday.Count > 0)
            tasks.Add(new(Says("today.due", numbers.DueToday, 0), OfficeToday.DueUrl(numbers.Today, numbers.Today), Tone.Info));
        return tasks;
    }
}

/// <summary>Due this week, overdue, collected this month.</summary>
internal sealed class FiguresCard(OfficeToday today) : IPanelCard
{
    public int Order => 10;

    public string Permission => OfficeToday.Permission;

    public async Task<RenderFragment?> Render(PanelRequest panel) => OfficeToday.View<FiguresCardView>(await today.Read(panel.Cancellation));
}

/// <summary>What came in this month, day by day.</summary>
internal sealed class CollectedCard(OfficeToday today) : IPanelCard
{
    public int Order => 20;

    public string Permission => OfficeToday.Permission;

    public async Task<RenderFragment?> Render(PanelRequest panel) =>
        await today.Read(panel.Cancellation) is { Collected.Count: > 0 } numbers ? OfficeToday.View<CollectedCardView>(numbers) : null;
}

/// <summary>What is expected to come in, week by week.</summary>
internal sealed class ForecastCard(OfficeToday today) : IPanelCard
{
    public int Order => 30;

    public string Permission => OfficeToday.Permission;

    public async Task<RenderFragment?> Render(PanelRequest panel) =>
        await today.Read(panel.Cancellation) is { Expected.Count: > 0 } numbers ? OfficeToday.View<ForecastCardView>(numbers) : null;

    /// <summary>By week, from the one that this day lies in.</summary>
    internal static IReadOnlyList<(DateOnly From, decimal Invoices, decimal Plans)> Weeks(OfficeNumbers numbers) =>
    [
        .. numbers.Expected.GroupBy(day => day.On.AddDays(-(((int)day.On.DayOfWeek + 6) % 7))).OrderBy(week => week.Key)
            .Select(week => (week.Key, week.Sum(day => day.FromInvoices), week.Sum(day => day.FromPlans))),
    ];
}

/// <summary>The payments that came last.</summary>
internal sealed class NewestCard(PaymentList payments) : IPanelCard
{
    private const int Shown = 6;
    private static readonly int[] DaysBack = [0, 6, 30];

    public int Order => 40;

    public string Permission => PaymentsPanel.See;

    // Today's where there are enough of them, else those of the week, else of the month.
    public async Task<RenderFragment?> Render(PanelRequest panel)
    {
        var newest = new List<PaymentRow>();
        foreach (var back in DaysBack.TakeWhile(_ => newest.Count < Shown))
        {
            newest.Clear();
            await foreach (var payment in payments.All(new(From: panel.Today.AddDays(-back)), panel.Cancellation))
            {
                newest.Add(payment);
                if (newest.Count > Shown)
                    newest.RemoveAt(0);
            }
        }

        newest.Reverse();
        return newest.Count == 0 ? null : builder =>
        {
            builder.OpenComponent<NewestCardView>(0);
            builder.AddComponentParameter(1, nameof(NewestCardView.Payments), newest);
            builder.CloseComponent();
        };
    }
}
