using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Storage;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Payments;

namespace Vade.Tests.Notifications;

/// <summary>An organisation with a customer and a service, whose invoices are mailed.</summary>
internal sealed class Office : IAsyncDisposable
{
    public const string Code = "120/01";
    public const string Number = "VAD2026000000001";
    public static readonly DateOnly On = new(2026, 11, 1);

    private Office(SliceHost host) => Host = host;

    public SliceHost Host { get; }

    public string Account { get; } = AccountStore.Of(Code);

    public static async Task<Office> Open(
        string[]? emails = null, string language = "en", string title = "Bakkal Ahmet", string[]? channels = null, string? seller = null,
        string description = "Web hosting", TimeSpan? answerWithin = null)
    {
        var office = new Office(SliceHost.Start(more: services =>
        {
            services.AddSingleton<PaymentReader>().AddNotifications();
            if (answerWithin is { } limit)
                services.AddHttpClient(SendGridSender.Client, client => client.Timeout = limit);
        }));
        var accounts = office.Host.Get<AccountStore>();
        var customer = new Customer(
            Code, title, null, "TR", language, emails ?? ["ahmet@bakkal.example"], [], null, false, new(), null, "100000017");
        var service = new Service(
            "hosting", description, "TRY", [new(description, 1m, 991.67m, 20m)], 1, On, null, 29, false, channels ?? ["email"], office.Host.Clock.GetUtcNow());
        await accounts.Change(
            office.Account,
            _ => Task.FromResult(new Decision<bool>(true, accounts.Batch(office.Account)
                .Insert(AccountsRows.Customer, customer, AccountsRows.CustomerType)
                .Insert(BillingRows.Service(service.Code), service, BillingRows.ServiceType))),
            default);
        var settings = office.Host.Get<Settings>();
        var organisation = await settings.Get(OrganisationSettings.Section, default);
        await settings.Put(
            OrganisationSettings.Section,
            organisation with { Name = seller ?? "X Ltd", Iban = "TR330006100519786457841326", Email = "accounts@x.example" }, default);
        return office;
    }

    /// <summary>Issues the invoice of the first month. Its news waits in the queue.</summary>
    public async Task Issue(DateOnly? on = null, string number = Number)
    {
        await using var scope = Host.Get<IServiceScopeFactory>().CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<IssueInvoicesHandler>().Handle(
            new IssueInvoices(Account, on ?? On, [new("hosting", on ?? On, number)]), default);
    }

    public string Reference => BillingRows.Invoice("hosting", On);

    public async Task Cancel() => Assert.Equal(
        CancelOutcome.Cancelled,
        await Host.Get<CancelInvoices>().Cancel(Account, Reference, "made by mistake", default));

    public Task Announce() => Host.Get<Bus>().Send(new InvoiceIssued(Account, Reference), NotificationsJson.Default.InvoiceIssued, default);

    /// <summary>Mail goes to a carrier at this address from now on.</summary>
    public Task UseCarrier(string address) => Host.Get<Settings>().Put(
        EmailSettings.Section,
        new(EmailSettings.SendGrid, Host.Get<SecretBox>().Protect("SG.key", EmailSettings.Purpose), FromAddress: "bills@x.example", BaseUrl: address),
        default);

    public async Task<IReadOnlyList<MailboxItem>> Mails()
    {
        var items = new List<MailboxItem>();
        await foreach (var item in Host.Get<Mailbox>().All(default))
            items.Add(item);
        return items;
    }

    public async Task<IReadOnlyList<Delivery>> Deliveries(string? kind = null)
    {
        var rows = new List<Delivery>();
        await foreach (var row in Host.Tables.All(
            AccountStore.Table, Account, KeyRange.Prefix(NotificationsRows.DeliveryPrefix), NotificationsRows.DeliveryType, default))
            rows.Add(row.Value);
        return [.. rows.Where(row => kind is null || row.Kind == kind)];
    }

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}

/// <summary>A mail carrier on loopback that answers as the test says, and remembers what it was handed.</summary>
internal sealed class Carrier : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly List<string> _bodies = [];
    private readonly CancellationTokenSource _closing = new();

    private Carrier(WebApplication app) => _app = app;

    public string Address { get; private set; } = "";

    /// <summary>Decides on the answer; gets how often it was asked, from 1.</summary>
    public Func<HttpContext, int, Task> Answer { get; set; } = (context, _) =>
    {
        context.Response.StatusCode = 202;
        context.Response.Headers["X-Message-Id"] = "carrier-1";
        return Task.CompletedTask;
    };

    public string? Authorization { get; private set; }

    public IReadOnlyList<string> Bodies
    {
        get
        {
            lock (_bodies)
                return [.. _bodies];
        }
    }

    public CancellationToken Closing => _closing.Token;

    public static async Task<Carrier> Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(System.Net.IPAddress.Loopback, 0));
        var app = builder.Build();
        var carrier = new Carrier(app);
        app.MapPost("/v3/mail/send", carrier.Take);
        await app.StartAsync();
        carrier.Address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();
        return carrier;
    }

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _app.DisposeAsync();
        _closing.Dispose();
    }

    private async Task Take(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        int count;
        lock (_bodies)
        {
            _bodies.Add(body);
            count = _bodies.Count;
        }

        Authorization = context.Request.Headers.Authorization;
        await Answer(context, count);
    }
}
