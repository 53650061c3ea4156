using Microsoft.AspNetCore.Http;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>What a provider is asked to take.</summary>
/// <param name="Ref">The attempt's reference: our merchant reference.</param>
/// <param name="ReturnUrl">Where the provider sends the browser back, by GET or POST.</param>
/// <param name="NotifyUrl">Where it tells us what happened, if it does.</param>
internal sealed record PaymentOrder(string Ref, Money Amount, string ReturnUrl, string NotifyUrl, Language Language);

/// <summary>What came of asking a provider to begin a payment.</summary>
internal abstract record StartOutcome
{
    private StartOutcome()
    {
    }

    /// <summary>The customer goes there to pay.</summary>
    public sealed record Begun(GoTo GoTo) : StartOutcome;

    /// <summary>The provider said no, and keeps nothing of it.</summary>
    public sealed record Refused(string Reason) : StartOutcome;

    /// <summary>No answer, or none that can be read: it may have begun.</summary>
    public sealed record Lost : StartOutcome;
}

/// <summary>What a provider says about a payment when it is asked.</summary>
internal abstract record ProviderStatus
{
    private ProviderStatus()
    {
    }

    public sealed record Pending : ProviderStatus;

    /// <param name="Reference">The provider's own reference.</param>
    public sealed record Paid(Money Amount, string Reference) : ProviderStatus;

    /// <param name="Reason">One of <see cref="DeclineReasons"/>.</param>
    public sealed record NotPaid(string Reason) : ProviderStatus;
}

/// <summary>
/// The protocol of one kind of payment provider. Settings arrive with their secrets in clear. Only
/// <see cref="Query"/> may be repeated; whether money was taken is decided by it alone.
/// </summary>
internal interface IPaymentProvider
{
    /// <summary>The name that settings call it by.</summary>
    string Kind { get; }

    /// <summary>Its payments are test payments.</summary>
    bool IsTest(ProviderSettings settings);

    /// <summary>Where browsers are sent to, for the page's policy on forms.</summary>
    Uri Origin(ProviderSettings settings);

    /// <summary>Asks once; an exception means that the outcome is not known.</summary>
    Task<StartOutcome> Start(ProviderSettings settings, PaymentOrder order, CancellationToken cancellation);

    Task<ProviderStatus> Query(ProviderSettings settings, string reference, CancellationToken cancellation);

    /// <summary>The attempts that a notification is about; null when it is not the provider's.</summary>
    IReadOnlyList<string>? VerifyNotification(ProviderSettings settings, ReadOnlySpan<byte> body, IHeaderDictionary headers);
}

/// <summary>A provider as it is configured.</summary>
internal sealed record ConfiguredProvider(IPaymentProvider Adapter, ProviderSettings Settings)
{
    public string Id => Settings.Id;
    public bool IsTest => Adapter.IsTest(Settings);
    public Uri Origin => Adapter.Origin(Settings);

    public Task<StartOutcome> Start(PaymentOrder order, CancellationToken cancellation) => Adapter.Start(Settings, order, cancellation);

    public Task<ProviderStatus> Query(string reference, CancellationToken cancellation) => Adapter.Query(Settings, reference, cancellation);

    public IReadOnlyList<string>? VerifyNotification(ReadOnlySpan<byte> body, IHeaderDictionary headers) =>
        Adapter.VerifyNotification(Settings, body, headers);
}

/// <summary>The providers of the organisation.</summary>
internal sealed class Providers(IEnumerable<IPaymentProvider> adapters, Settings settings, SecretBox box, Deployment deployment)
{
    /// <summary>The one that takes payments in this currency; null when none does.</summary>
    public async Task<ConfiguredProvider?> For(Currency currency, CancellationToken cancellation) =>
        Configured((await settings.Get(PaymentsSettings.Section, cancellation)).For(currency));

    public async Task<ConfiguredProvider?> Find(string id, CancellationToken cancellation) =>
        Configured((await settings.Get(PaymentsSettings.Section, cancellation)).Find(id));

    private ConfiguredProvider? Configured(ProviderSettings? found) =>
        found is not null
        && adapters.FirstOrDefault(adapter => adapter.Kind == found.Adapter) is { } adapter
        && (deployment.Sandbox || found.Adapter != SimulatorProvider.KindName)
            ? new(adapter, found.WithSecrets((name, secret) => secret is null ? null : box.Unprotect(secret, PaymentsSettings.Purpose(found.Id, name))))
            : null;
}
