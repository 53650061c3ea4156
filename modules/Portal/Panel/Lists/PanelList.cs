using Microsoft.AspNetCore.Components;
using Vade.Documents.Sheets;
using Vade.Kernel;
using Vade.Kernel.Web;

namespace Vade.Portal;

/// <summary>
/// A list page, told once: the page with its filters, table, paging and empty state, and the same rows as XLSX and CSV.
/// Mapped by <see cref="PanelLists.MapList"/>.
/// </summary>
/// <typeparam name="T">An item as it was loaded.</typeparam>
public sealed record PanelList<T>
{
    public required string Title { get; init; }
    public string? Subtitle { get; init; }
    public required IReadOnlyList<PanelColumn<T>> Columns { get; init; }

    /// <summary>
    /// Loads the items behind <c>after</c>, at most so many, that pass the filters (<see cref="PanelRequest.Query"/>).
    /// A page may hold fewer and still name a next one.
    /// </summary>
    public required Func<string?, int, CancellationToken, Task<ApiPage<T>>> Load { get; init; }

    public IReadOnlyList<PanelFilter> Filters { get; init; } = [];

    /// <summary>What stands there when nothing was found without any filter: what would be here, and how it gets here.</summary>
    public required string Empty { get; init; }

    /// <summary>Where one goes from here; the first is the chief one.</summary>
    public IReadOnlyList<PanelLink> Actions { get; init; } = [];

    /// <summary>Stands between head and filters, such as a few figures.</summary>
    public RenderFragment? Above { get; init; }

    /// <summary>What can be done with several rows at once; null for nothing, also where the reader may not.</summary>
    public PanelBulk<T>? Bulk { get; init; }
}

/// <summary>
/// Rows can be ticked, or all that the filters find be meant. Each action is a page that is asked for with the ticked
/// names as <c>of</c>, or with <c>all=1</c>, and the filters; it says what it will do before anything is done.
/// </summary>
/// <param name="Name">What stands for the row in the address.</param>
public sealed record PanelBulk<T>(Func<T, string> Name, IReadOnlyList<PanelLink> Actions);

/// <summary>A link that looks like a button.</summary>
public sealed record PanelLink(string Text, string Path, string? Icon = null);

/// <summary>A field of the filter form; its value stands in the page's address under its name.</summary>
/// <param name="Options">Value and text of each choice, the first standing for all; null for a field to type into.</param>
/// <param name="Type">text, search, date or month.</param>
/// <param name="IsRare">Stands folded away until somebody wants it.</param>
public sealed record PanelFilter(string Name, string Label, IReadOnlyList<(string Value, string Text)>? Options = null, string Type = "search", bool IsRare = false)
{
    public static PanelFilter Search(string name, string label) => new(name, label);

    public static PanelFilter Day(string name, string label) => new(name, label, Type: "date");

    /// <param name="all">What no choice is called.</param>
    public static PanelFilter Choice(string name, string label, string all, params IReadOnlyList<(string Value, string Text)> options) =>
        new(name, label, [("", all), .. options]);
}

/// <summary>What a cell of a list shows.</summary>
/// <param name="Href">Makes it a link.</param>
/// <param name="Tone">Makes it a word of state.</param>
/// <param name="Machine">The value of a <c>time</c> element.</param>
/// <param name="IsWord">Never broken into lines.</param>
internal sealed record PanelCell(string Text, string? Href = null, Tone? Tone = null, string? Machine = null, bool IsWord = false);

/// <summary>A column: how an item is shown in it, and what it exports.</summary>
public sealed class PanelColumn<T>
{
    internal PanelColumn(
        string label, bool isNumber, Func<PanelRequest, T, PanelCell> cell, IReadOnlyList<SheetColumn> sheet, Func<PanelRequest, T, IEnumerable<SheetCell>> export) =>
        (Label, IsNumber, Cell, Sheet, Export) = (label, isNumber, cell, sheet, export);

    internal string Label { get; }
    internal bool IsNumber { get; }
    internal Func<PanelRequest, T, PanelCell> Cell { get; }
    internal IReadOnlyList<SheetColumn> Sheet { get; }
    internal Func<PanelRequest, T, IEnumerable<SheetCell>> Export { get; }
}

/// <summary>The kinds of columns.</summary>
/// <typeparam name="T">The list's item.</typeparam>
// Named once for a list, so that each of its columns need not say the type again.
#pragma warning disable CA1000
public static class Columns<T>
{
    /// <param name="label">The header.</param>
    /// <param name="text">What stands there; null for nothing.</param>
    /// <param name="href">Where it leads.</param>
    public static PanelColumn<T> Text(string label, Func<T, string?> text, Func<T, string?>? href = null) => new(
        label, isNumber: false, (_, item) => new(text(item) ?? "", href?.Invoke(item)), [SheetColumn.Text(label)], (_, item) => [text(item)]);

    /// <summary>A number, a code or a month: short, and never broken into lines.</summary>
    /// <param name="label">The header.</param>
    /// <param name="word">What stands there; null for nothing.</param>
    /// <param name="href">Where it leads.</param>
    public static PanelColumn<T> Word(string label, Func<T, string?> word, Func<T, string?>? href = null) => new(
        label, isNumber: false, (_, item) => new(word(item) ?? "", href?.Invoke(item), IsWord: true), [SheetColumn.Text(label)], (_, item) => [word(item)]);

    /// <summary>An amount as the reader writes it; exported as a number, with its currency in a column of its own.</summary>
    public static PanelColumn<T> Money(string label, Func<T, Money?> money) => new(
        label, isNumber: true, (panel, item) => new(money(item) is { } value ? panel.Money(value) : ""),
        [SheetColumn.Quantity(label), SheetColumn.Text("", 6)], (_, item) => [money(item)?.Amount, money(item)?.Currency.Code]);

    /// <summary>A count or quantity.</summary>
    public static PanelColumn<T> Number(string label, Func<T, decimal?> number) => new(
        label, isNumber: true, (panel, item) => new(number(item) is { } value ? Formats.Quantity(value, panel.Language) : ""),
        [SheetColumn.Quantity(label)], (_, item) => [number(item)]);

    public static PanelColumn<T> Date(string label, Func<T, DateOnly?> date) => new(
        label, isNumber: false, (panel, item) => date(item) is { } value ? new(panel.Date(value), Machine: value.ToString("O", null)) : new(""),
        [SheetColumn.Date(label)], (_, item) => [date(item)]);

    /// <summary>An instant, shown in the organisation's time zone.</summary>
    public static PanelColumn<T> Instant(string label, Func<T, DateTimeOffset?> at) => new(
        label, isNumber: false, (panel, item) => at(item) is { } value ? new(panel.Instant(value), Machine: value.ToString("O", null)) : new(""),
        [SheetColumn.DateTime(label)], (panel, item) => [at(item) is { } value ? TimeZoneInfo.ConvertTime(value, panel.Organisation.Zone).DateTime : (DateTime?)null]);

    /// <summary>A word of state with its colour.</summary>
    public static PanelColumn<T> Status(string label, Func<T, (string Text, Tone Tone)> status) => new(
        label, isNumber: false, (_, item) => new(status(item).Text, Tone: status(item).Tone), [SheetColumn.Text(label, 16)], (_, item) => [status(item).Text]);
}
