using System.Net;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Vade.Organisation;

namespace Vade.Tests.Portal;

/// <summary>Signing in with the organisation's own provider, against a double of one on loopback.</summary>
public sealed class OpenIdConnectTests
{
    [Fact]
    [Trait("Feature", "A19")]
    public async Task Who_is_on_the_staff_gets_in_by_a_verified_address()
    {
        await using var provider = await Provider.Start();
        await using var office = await Office(provider);
        var user = await office.Add(Role.Accountant);
        provider.Claims = new() { ["email"] = user.Email.ToUpperInvariant(), ["email_verified"] = true };
        var page = await Enter(office.Browser(), provider, "/panel/customers");
        Assert.Equal((HttpStatusCode.OK, "/panel/customers"), (page.Status, page.PathOnly));
        Assert.Single(await office.Trail(), entry => entry.Who == user.Id && entry.Outcome == AuditOutcome.Done);
    }

    [Fact]
    public async Task An_unverified_or_unknown_address_or_a_disabled_user_does_not()
    {
        await using var provider = await Provider.Start();
        await using var office = await Office(provider);
        var user = await office.Add(Role.Accountant);
        await office.Add(Role.Admin);
        provider.Claims = new() { ["email"] = user.Email, ["email_verified"] = false };
        Assert.Contains("doğrulamamış", (await Enter(office.Browser(), provider)).Html, StringComparison.Ordinal);
        provider.Claims = new() { ["email"] = "nobody@ornek.example", ["email_verified"] = true };
        Assert.Contains("ekipte değil", (await Enter(office.Browser(), provider)).Html, StringComparison.Ordinal);
        await office.Get<StaffDirectory>().Change(user.Id, current => current with { Disabled = true }, default);
        provider.Claims = new() { ["email"] = user.Email, ["email_verified"] = true };
        Assert.Equal("/panel/sign-in", (await Enter(office.Browser(), provider)).PathOnly);
    }

    [Fact]
    public async Task Who_was_invited_joins_with_the_roles_of_the_invitation_once()
    {
        await using var provider = await Provider.Start();
        await using var office = await Office(provider);
        await office.Add(Role.Admin);
        await office.Get<StaffLinks>().Invite("Yeni@Ornek.example", "Yeni", [Role.Cashier], "Ayşe", default);
        provider.Claims = new() { ["email"] = "yeni@ornek.example", ["email_verified"] = true, ["name"] = "Yeni Kişi" };
        Assert.Equal("/panel", (await Enter(office.Browser(), provider)).PathOnly);
        var joined = await office.Get<StaffDirectory>().FindByEmail("yeni@ornek.example", default);
        Assert.Equal(("Yeni Kişi", Role.Cashier), (joined!.Name, joined.Roles.Single()));
        Assert.Empty(await office.Get<StaffLinks>().Open(default));
    }

    [Fact]
    public async Task An_answer_that_this_browser_did_not_ask_for_is_refused()
    {
        await using var provider = await Provider.Start();
        await using var office = await Office(provider);
        var user = await office.Add(Role.Accountant);
        provider.Claims = new() { ["email"] = user.Email, ["email_verified"] = true };
        using var challenge = await office.Browser().Call(HttpMethod.Get, "/panel/sign-in/elsewhere", null);
        var answer = provider.AnswerTo(challenge.Headers.Location!);
        using var forged = await office.Browser().Call(HttpMethod.Get, answer, null);
        Assert.EndsWith("oidc=failed", forged.Headers.Location!.ToString(), StringComparison.Ordinal);
    }

    private static Task<PanelOffice> Office(Provider provider) => PanelOffice.Start(
        ("Vade:Oidc:Authority", provider.Address), ("Vade:Oidc:ClientId", "vade"), ("Vade:Oidc:ClientSecret", "secret"), ("Vade:Oidc:Name", "Örnek Kimlik"));

    private static async Task<PanelPage> Enter(PanelClient browser, Provider provider, string to = "/panel")
    {
        var page = await browser.Open("/panel/sign-in?to=" + Uri.EscapeDataString(to));
        Assert.Contains("Örnek Kimlik ile giriş yap", page.Html, StringComparison.Ordinal);
        using var challenge = await browser.Call(HttpMethod.Get, page.Document.Link("/panel/sign-in/elsewhere")!, null);
        using var back = await browser.Call(HttpMethod.Get, provider.AnswerTo(challenge.Headers.Location!), null);
        return await browser.Open(back.Headers.Location!.ToString());
    }

    private sealed class Provider : IAsyncDisposable
    {
        private readonly WebApplication _app;
        private readonly RsaSecurityKey _key = new(RSA.Create(2048)) { KeyId = "k" };
        private string _nonce = "";

        private Provider(WebApplication app) => _app = app;

        public string Address { get; private set; } = "";
        public Dictionary<string, object> Claims { get; set; } = [];

        public static async Task<Provider> Start()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
            builder.Logging.ClearProviders();
            var provider = new Provider(builder.Build());
            provider._app.MapGet("/.well-known/openid-configuration", () => Results.Json(new
            {
                issuer = provider.Address,
                authorization_endpoint = provider.Address + "/authorize",
                token_endpoint = provider.Address + "/token",
                jwks_uri = provider.Address + "/keys",
            }));
            provider._app.MapGet("/keys", () => Results.Text(JsonSerializer.Serialize(new
            {
                keys = new[]
                {
                    new { kty = "RSA", use = "sig", kid = "k", n = Base64UrlEncoder.Encode(provider._key.Rsa.ExportParameters(false).Modulus), e = Base64UrlEncoder.Encode(provider._key.Rsa.ExportParameters(false).Exponent) },
                },
            }), "application/json"));
            provider._app.MapPost("/token", () => Results.Json(new { access_token = "a", token_type = "Bearer", expires_in = 300, id_token = provider.Token() }));
            await provider._app.StartAsync();
            provider.Address = provider._app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
            return provider;
        }

        /// <summary>Where the provider sends the browser back to, once its user has agreed.</summary>
        public string AnswerTo(Uri challenge)
        {
            var asked = QueryHelpers.ParseQuery(challenge.Query);
            Assert.Equal("code", asked["response_type"]);
            Assert.False(string.IsNullOrEmpty(asked["code_challenge"]));
            _nonce = asked["nonce"]!;
            return $"{new Uri(asked["redirect_uri"]!).AbsolutePath}?code=abc&state={Uri.EscapeDataString(asked["state"]!)}";
        }

        public ValueTask DisposeAsync() => _app.DisposeAsync();

        private string Token() => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Address,
            Audience = "vade",
            IssuedAt = TimeProvider.System.GetUtcNow().UtcDateTime,
            Expires = TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(5),
            Subject = new ClaimsIdentity([new("sub", "1"), new("nonce", _nonce)]),
            Claims = Claims,
            SigningCredentials = new(_key, SecurityAlgorithms.RsaSha256),
        });
    }
}
