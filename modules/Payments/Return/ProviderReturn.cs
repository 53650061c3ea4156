using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Vade.Accounts;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Portal;

namespace Vade.Payments;

/// <summary>The address that a provider sends the browser back to, good for one attempt.</summary>
internal sealed class ReturnLinks(MasterKeys keys)
{
    private readonly byte[] _key = keys.DeriveKey("payment-return");

    public string Path(string provider, string account, string reference) => $"/return/{provider}/{reference}/{Token(account, reference)}";

    public bool IsToken(string token, string account, string reference) => FixedTime.Equal(token, Token(account, reference));

    private string Token(string account, string reference) => LinkToken.Make(_key, "return", account, reference, 0);
}

/// <summary>
/// The browser comes back from a provider. Nothing that it brings is believed: the provider is asked, and the customer
/// goes to the page that says how it stands. By protocol this may be a GET.
/// </summary>
internal static partial class ProviderReturn
{
    private static readonly TimeSpan AskMax = TimeSpan.FromSeconds(10);

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapMethods("/return/{id}/{reference}/{token}", [HttpMethods.Get, HttpMethods.Post], Answer).ExcludeFromDescription();

    private static async Task<Results<SeeOther, NotFound, RazorComponentResult>> Answer(
        string reference, string token, HttpContext context, ReturnLinks links, OpenAttempts attempts, SettleAttempts settle,
        AccountStore accounts, CustomerReader customers, PayLinks payLinks, Bus bus, PayPages pages, ILoggerFactory logs, CancellationToken cancellation)
    {
        if (await attempts.Find(reference, cancellation) is not { } pointer || !links.IsToken(token, pointer.Account, reference))
            return await pages.NotFound(context.Request, cancellation);
        var account = pointer.Account;
        var attempt = await settle.Find(account, reference, cancellation);
        var customer = await customers.Find(account, cancellation);
        if (attempt is null || customer is null)
            return await pages.NotFound(context.Request, cancellation);

        try
        {
            await accounts.FinishLater(account, cancellation);
            using var limited = new CancellationTokenSource(AskMax);
            await settle.Settle(account, reference, limited.Token);
        }
        catch (Exception problem) when (!cancellation.IsCancellationRequested)
        {
            LogLater(logs.CreateLogger(typeof(ProviderReturn)), reference, problem);
            await SettleLater(bus, new(account, reference));
        }

        var link = payLinks.Token(new LinkTarget(attempt.ScopeKind, account, attempt.ScopeId, customer.LinkGeneration));
        var chosen = attempt.Language == customer.Language ? "" : $"?{PageLanguage.Key}={attempt.Language}";
        return new SeeOther($"/p/{link}/result{chosen}");
    }

    // Where even this fails, the timer asks.
    private static async Task SettleLater(Bus bus, SettleAttempt message)
    {
        try
        {
            await bus.Send(message, PaymentsJson.Default.SettleAttempt, CancellationToken.None);
        }
        catch (Exception busy) when (busy is Kernel.Storage.StoreBusyException or HttpRequestException)
        {
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The attempt {Reference} is settled by a message instead.")]
    private static partial void LogLater(ILogger log, string reference, Exception problem);
}

/// <summary>303: whatever was sent is done, the answer is at that address.</summary>
internal sealed class SeeOther(string url) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = url;
        return Task.CompletedTask;
    }
}
