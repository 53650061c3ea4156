using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Payments;

/// <summary>An account that the organisation has with a payment provider. Which members matter is the kind's to say.</summary>
/// <param name="Id">Names the instance, and its <c>/webhooks/{id}</c>: up to 32 of a-z, 0-9 and -.</param>
/// <param name="Kind">The adapter; the id by default.</param>
/// <param name="Mode">test or live; a provider in test mode takes test payments.</param>
/// <param name="BaseUrl">Replaces scheme, host and port of every address of the provider.</param>
public sealed record ProviderSettings(
    string Id,
    string? Kind = null,
    string? Mode = null,
    string? BaseUrl = null,
    string? Bank = null,
    string? MerchantId = null,
    string? CommerceCode = null,
    string? ClientId = null,
    string? ApiUser = null,
    string? ApiKey = null,
    string? SecretKey = null,
    string? MerchantKey = null,
    string? MerchantSalt = null,
    string? StoreKey = null,
    string? ApiPassword = null)
{
    internal string Adapter => Kind ?? Id;

    /// <summary>The same with every secret passed through <paramref name="change"/>, which is told the secret's name.</summary>
    internal ProviderSettings WithSecrets(Func<string, string?, string?> change) => this with
    {
        ApiKey = change("apiKey", ApiKey),
        SecretKey = change("secretKey", SecretKey),
        MerchantKey = change("merchantKey", MerchantKey),
        MerchantSalt = change("merchantSalt", MerchantSalt),
        StoreKey = change("storeKey", StoreKey),
        ApiPassword = change("apiPassword", ApiPassword),
    };

    internal string? Secret(string name) => name switch
    {
        "apiKey" => ApiKey,
        "secretKey" => SecretKey,
        "merchantKey" => MerchantKey,
        "merchantSalt" => MerchantSalt,
        "storeKey" => StoreKey,
        "apiPassword" => ApiPassword,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}

/// <summary>Payments in this currency go through this provider.</summary>
public sealed record ProviderRule(string Currency, string Provider);

/// <summary>Which providers take payments, and what their payments are called in the organisation's books.</summary>
/// <param name="Rules">A currency without a rule goes through the first provider.</param>
/// <param name="PaymentForms">Provider → payment form, such as webpay → TRANSBANK.</param>
public sealed record PaymentsSettings(
    IReadOnlyList<ProviderSettings>? Providers = null,
    IReadOnlyList<ProviderRule>? Rules = null,
    IReadOnlyDictionary<string, string>? PaymentForms = null)
{
    /// <summary>What a GET shows in place of a secret that is set; sent back, it leaves the secret as it is.</summary>
    internal const string SetMark = "********";

    public static readonly SettingsSection<PaymentsSettings> Section = new(
        "payments", PaymentsSettingsJson.Default.PaymentsSettings, Initial, Problems, Public, Prepare);

    /// <summary>The same section for the endpoints: outside the sandbox the simulated bank is refused.</summary>
    internal static SettingsSection<PaymentsSettings> SectionOf(Deployment deployment) => Section with
    {
        Problems = value => deployment.Sandbox ? Problems(value) : Problems(value).Concat(SimulatorProblems(value)),
    };

    /// <summary>The provider that takes payments in this currency; null when there is none.</summary>
    internal ProviderSettings? For(Currency currency)
    {
        var rule = Rules?.FirstOrDefault(rule => rule.Currency == currency.Code);
        return rule is not null ? Find(rule.Provider) : Providers is [var first, ..] ? first : null;
    }

    internal ProviderSettings? Find(string id) => Providers?.FirstOrDefault(provider => provider.Id == id);

    private static PaymentsSettings Initial(IServiceProvider services) =>
        services.GetRequiredService<Deployment>().Sandbox ? new([new(SimulatorProvider.KindName)]) : new([]);

    private static IEnumerable<SettingProblem> Problems(PaymentsSettings value)
    {
        var providers = value.Providers ?? [];
        for (var i = 0; i < providers.Count; i++)
        {
            var (provider, at) = (providers[i], $"providers[{i}]");
            if (provider.Id.Length is 0 or > 32 || !provider.Id.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
                yield return new($"{at}.id", "provider.id", "Give an id of up to 32 of a-z, 0-9 and -.");
            if (providers.Take(i).Any(other => other.Id == provider.Id))
                yield return new($"{at}.id", "provider.twice", "Give each provider an id of its own.");
            if (!ProviderKinds.Contains(provider.Adapter))
                yield return new($"{at}.kind", "provider.kind", $"{provider.Adapter} is not a kind of provider that is known; give one of {string.Join(", ", ProviderKinds)}.");
            if (provider.Mode is not (null or "test" or "live"))
                yield return new($"{at}.mode", "provider.mode", "Give test or live.");
        }

        var rules = value.Rules ?? [];
        for (var i = 0; i < rules.Count; i++)
        {
            if (Kernel.Currency.Find(rules[i].Currency)?.Code != rules[i].Currency)
                yield return new($"rules[{i}].currency", "currency.unknown", $"Give one of {string.Join(", ", Kernel.Currency.All)}.");
            if (rules.Take(i).Any(other => other.Currency == rules[i].Currency))
                yield return new($"rules[{i}].currency", "rule.twice", "Give one rule for each currency.");
            if (value.Find(rules[i].Provider) is null)
                yield return new($"rules[{i}].provider", "provider.missing", $"{rules[i].Provider} is not one of the providers.");
        }
    }

    private static readonly IReadOnlyList<string> ProviderKinds = [SimulatorProvider.KindName];

    private static IEnumerable<SettingProblem> SimulatorProblems(PaymentsSettings value) =>
        (value.Providers ?? []).Select((provider, i) => (provider, i))
            .Where(item => item.provider.Adapter == SimulatorProvider.KindName)
            .Select(item => new SettingProblem($"providers[{item.i}].kind", "provider.sandbox", "The simulated bank exists in sandbox mode only."));

    private static PaymentsSettings Public(PaymentsSettings value) => value with
    {
        Providers = [.. (value.Providers ?? []).Select(provider => provider.WithSecrets((_, secret) => secret is null ? null : SetMark))],
        Rules = value.Rules ?? [],
        PaymentForms = value.PaymentForms ?? new Dictionary<string, string>(),
    };

    // A secret that is absent or the mark of one that is set stays; an empty one is taken away.
    private static PaymentsSettings Prepare(IServiceProvider services, PaymentsSettings before, PaymentsSettings sent)
    {
        var box = services.GetRequiredService<SecretBox>();
        return sent with
        {
            Providers =
            [
                .. (sent.Providers ?? []).Select(provider => provider.WithSecrets((name, secret) => secret switch
                {
                    null or SetMark => before.Find(provider.Id) is { } was && was.Adapter == provider.Adapter ? was.Secret(name) : null,
                    "" => null,
                    _ => box.Protect(secret, Purpose(provider.Id, name)),
                })),
            ],
        };
    }

    internal static string Purpose(string provider, string secret) => $"payments/{provider}/{secret}";
}
