using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Portal;

namespace Vade.Accounts;

/// <summary>Something that is going to happen, as the API answers it.</summary>
/// <param name="Amount">Tax included.</param>
public sealed record ForeseenView(
    DateOnly On, string Kind, string Customer, string About, Money? Amount, IReadOnlyList<string> Channels, string Because, DateOnly? DueOn)
{
    public static ForeseenView? Of(Foreseen? item) =>
        item is null ? null : new(item.On, item.Kind, item.Customer, item.About, item.Amount, item.Channels, item.Because, item.DueOn);
}

/// <param name="Change">added, removed or changed.</param>
public sealed record ForesightView(string Change, ForeseenView? Before, ForeseenView? After);

/// <param name="Before">As things stand, in the currency.</param>
/// <param name="After">If the change were saved.</param>
public sealed record ForeseenTotalView(string Currency, string Before, string After);

/// <summary>What a change would do over so many days, as the API answers it; nothing was saved.</summary>
/// <param name="Changes">The first of them.</param>
public sealed record DifferenceView(
    int Days, int Added, int Removed, int Changed, int Unchanged, IReadOnlyList<ForeseenTotalView> Totals, IReadOnlyList<ForesightView> Changes)
{
    public static DifferenceView Of(Difference difference, int days) => new(
        days, difference.Added, difference.Removed, difference.Changed, difference.Unchanged,
        [.. difference.Totals.Select(total => new ForeseenTotalView(
            total.Currency, new Money(total.Before, Currency.Of(total.Currency)).ToPlain(), new Money(total.After, Currency.Of(total.Currency)).ToPlain()))],
        [.. difference.Changes.Select(one => new ForesightView(
            one.Now is null ? "added" : one.Then is null ? "removed" : "changed", ForeseenView.Of(one.Now), ForeseenView.Of(one.Then)))]);
}

public static class PreviewEndpoints
{
    private const int ChangesShown = 200;

    internal static void Map(IEndpointRouteBuilder api) => api.MapGet("/preview", Get)
        .WithSummary("Everything that is going to be invoiced or sent within so many days, and why")
        .Produces<ApiPage<ForeseenView>>().ProducesProblem(400);

    private static async Task<IResult> Get(
        HttpRequest request, Preview preview, Settings settings, TimeProvider clock, CancellationToken cancellation)
    {
        if (!ApiList.TryRead(request, out var list, out var problem) || !TryDays(request, out var days, out problem))
            return problem;
        var (kind, customer) = (request.Query["kind"].ToString(), request.Query["customer"].ToString());
        var query = await Asked(request, days, customer.Length == 0 ? null : AccountStore.Of(customer), settings, clock, cancellation);
        var page = await preview.Page(query, kind.Length == 0 ? null : item => item.Kind == kind, list.After, list.Limit, cancellation);
        return TypedResults.Json(
            new ApiPage<ForeseenView>([.. page.Items.Select(item => ForeseenView.Of(item)!)], page.Next), AccountsApiJson.Default.ApiPageForeseenView);
    }

    /// <summary>Answers what a change would do, for the endpoints of the modules whose rules it is.</summary>
    /// <param name="account">Whom alone it can touch; null for everybody.</param>
    public static async Task<IResult> Answer(
        HttpContext context, WhatIf change, string? account, Preview preview, Settings settings, TimeProvider clock, CancellationToken cancellation)
    {
        if (!TryDays(context.Request, out var days, out var problem))
            return problem;
        var query = await Asked(context.Request, days, account, settings, clock, cancellation) with { If = change };
        return TypedResults.Json(DifferenceView.Of(await preview.Differences(query, ChangesShown, cancellation), days), AccountsApiJson.Default.DifferenceView);
    }

    private static async Task<PreviewQuery> Asked(
        HttpRequest request, int days, string? account, Settings settings, TimeProvider clock, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        var today = organisation.Today(clock);
        return new(today, today.AddDays(days), account, PageLanguage.Of(request, organisation.Reader));
    }

    private static bool TryDays(HttpRequest request, out int days, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out ApiProblem? problem)
    {
        var text = request.Query["days"].ToString();
        days = PreviewQuery.DaysMax;
        problem = text.Length == 0 || (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out days) && days is >= 1 and <= PreviewQuery.DaysMax)
            ? null
            : ApiProblem.BadRequest(
                "days", $"days is {text}; it may be a whole number from 1 to {PreviewQuery.DaysMax}.",
                new ApiError("range", $"A whole number from 1 to {PreviewQuery.DaysMax} is expected.", "days"));
        return problem is null;
    }
}
