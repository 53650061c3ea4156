using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>Speaks with the simulated bank. Its payments are always test payments.</summary>
internal sealed class SimulatorProvider(SimulatedBank bank, MasterKeys keys, Deployment deployment, Settings settings, TimeProvider clock) : IPaymentProvider
{
    public const string KindName = "simulator";

    public string Kind => KindName;

    public bool IsTest(ProviderSettings settings) => true;

    public Uri Origin(ProviderSettings settings) => deployment.PublicUrl;

    public async Task<StartOutcome> Start(ProviderSettings account, PaymentOrder order, CancellationToken cancellation)
    {
        var shop = (await settings.Get(OrganisationSettings.Section, cancellation)).Name;
        var session = new BankSession(
            order.Ref, order.Amount.Currency.Code, order.Amount.Amount, order.ReturnUrl, order.NotifyUrl, shop,
            Convert.ToBase64String(NotifyKey(account)), clock.GetUtcNow(), null, []);
        return await bank.Open(session, cancellation)
            ? new StartOutcome.Begun(new(deployment.UrlOf(SimulatedBank.Path(order.Ref)) + $"?lang={order.Language.Code()}"))
            : new StartOutcome.Refused(DeclineReasons.NotBegun);
    }

    public async Task<ProviderStatus> Query(ProviderSettings account, string reference, CancellationToken cancellation) =>
        await bank.Find(reference, cancellation) switch
        {
            null => new ProviderStatus.NotPaid(DeclineReasons.NotBegun),
            { Captures: [var capture, ..] } session => new ProviderStatus.Paid(session.Money, capture),
            { Outcome: SimulatedBank.Decline } => new ProviderStatus.NotPaid(DeclineReasons.Declined),
            { Outcome: SimulatedBank.Cancel } => new ProviderStatus.NotPaid(DeclineReasons.Cancelled),
            { } session when session.HasExpired(clock.GetUtcNow()) => new ProviderStatus.NotPaid(DeclineReasons.Expired),
            _ => new ProviderStatus.Pending(),
        };

    public IReadOnlyList<string>? VerifyNotification(ProviderSettings account, ReadOnlySpan<byte> body, IHeaderDictionary headers)
    {
        if (headers[BankSignature.Header] is not [{ } signature] || !FixedTime.Equal(signature, BankSignature.Of(body, NotifyKey(account))))
            return null;
        try
        {
            return JsonSerializer.Deserialize(body, PaymentsJson.Default.BankNotice) is { Ref: { } reference } ? [reference] : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[] NotifyKey(ProviderSettings account) =>
        account.SecretKey is { } secret ? Encoding.UTF8.GetBytes(secret) : keys.DeriveKey("simulator/" + account.Id);
}
