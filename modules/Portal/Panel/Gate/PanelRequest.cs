using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.DependencyInjection;
using Vade.Kernel;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>What a note or a word of state means: shown as a colour beside the word.</summary>
public enum Tone
{
    Plain,
    Good,
    Warn,
    Bad,
    Info,
}

/// <summary>What the page says once, after a form that was sent.</summary>
public sealed record Flash(string Message, Tone Tone);

/// <summary>
/// A request of the panel: who asks, in which language, what they may, and what is answered. Handlers and Razor
/// components get it injected; the gate has filled it before either runs.
/// </summary>
public sealed class PanelRequest
{
    private readonly StaffCookies _cookies;
    private readonly IAntiforgery _antiforgery;
    private readonly FormNonces _nonces;
    private readonly SecretBox _box;
    private readonly Permissions _permissions;
    private readonly TimeProvider _clock;
    private HttpContext? _context;
    private SignedIn? _signedIn;
    private SentForm? _said;
    private AuditEntry? _audited;
    private string? _auditKey;

    internal PanelRequest(IServiceProvider services)
    {
        Services = services;
        _cookies = services.GetRequiredService<StaffCookies>();
        _antiforgery = services.GetRequiredService<IAntiforgery>();
        _nonces = services.GetRequiredService<FormNonces>();
        _box = services.GetRequiredService<SecretBox>();
        _permissions = services.GetRequiredService<Permissions>();
        _clock = services.GetRequiredService<TimeProvider>();
    }

    public IServiceProvider Services { get; }

    /// <summary>Who is signed in.</summary>
    /// <exception cref="InvalidOperationException">Nobody is; only the pages of signing in are reached so.</exception>
    public StaffUser Staff => _signedIn?.Staff ?? throw new InvalidOperationException("Nobody is signed in.");

    public bool IsSignedIn => _signedIn?.Session.Stage == SessionStage.Open;

    public OrganisationSettings Organisation { get; private set; } = null!;

    /// <summary>What the reader reads: their own language, or the organisation's before they sign in.</summary>
    public Language Language { get; internal set; }

    public CancellationToken Cancellation => Context.RequestAborted;

    /// <summary>The organisation's date now.</summary>
    public DateOnly Today => Organisation.Today(_clock);

    /// <summary>
    /// Of a form that was sent: what makes it the same one when it is sent again, also after a crash. Use it as the
    /// reference of what the form does.
    /// </summary>
    public string Nonce { get; internal set; } = "";

    /// <summary>The fields of the form that was sent.</summary>
    public IFormCollection Form => Context.Features.Get<IFormFeature>()?.Form ?? FormCollection.Empty;

    internal HttpContext Context => _context ?? throw new InvalidOperationException("This is no request of the panel.");

    internal Look Look { get; private set; } = null!;
    internal PanelStyle Style { get; private set; } = null!;
    internal SignedIn? SignedIn => _signedIn;
    internal Flash? Flash { get; private set; }
    internal string? Secret { get; private set; }
    internal string? Theme => StaffCookies.ThemeOf(Context.Request);
    /// <summary>The gate let it through; no page answers without that.</summary>
    internal bool HasPassed { get; set; }

    internal string By => LinkToken.Hash(_cookies.SessionOf(Context.Request) ?? "");

    /// <summary>The path and query of this page.</summary>
    public string Here => Context.Request.Path + Context.Request.QueryString.ToString();

    public bool Can(string permission) => IsSignedIn && _permissions.Allows(Staff, permission);

    /// <summary>A value of the query; null when it is missing or empty.</summary>
    public string? Query(string name) => Context.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;

    /// <summary>A field of the form, trimmed; empty when it is missing.</summary>
    public string Field(string name) => Form[name].ToString().Trim();

    public T Get<T>()
        where T : notnull => Services.GetRequiredService<T>();

    /// <summary>An instant in the organisation's time zone, as the reader writes it: 22.11.2026 13:45.</summary>
    public string Instant(DateTimeOffset at)
    {
        var local = TimeZoneInfo.ConvertTime(at, Organisation.Zone);
        return Formats.Date(DateOnly.FromDateTime(local.DateTime), Language) + local.ToString(" HH:mm", System.Globalization.CultureInfo.InvariantCulture);
    }

    public string Date(DateOnly date) => Formats.Date(date, Language);

    public string Money(Money money) => Formats.Money(money, Language);

    // What a handler answers with reads as the request's own, whether or not it needs anything of it.
#pragma warning disable CA1822
    /// <summary>Answers with a page: a component that stands in <c>PanelShell</c>.</summary>
    public RazorComponentResult Page<TPage>(params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent => Page<TPage>(StatusCodes.Status200OK, parameters);

    /// <summary>Answers with a page and another status, such as 422 for a form to be corrected.</summary>
    public RazorComponentResult Page<TPage>(int status, params ReadOnlySpan<(string Name, object? Value)> parameters)
        where TPage : IComponent
    {
        var all = new Dictionary<string, object?>(StringComparer.Ordinal);
        foreach (var (name, value) in parameters)
            all[name] = value;
        return Pages.Of<TPage>(all, status);
    }

    /// <summary>After a form has done its work: on to a page of the panel, which says so.</summary>
    public PanelRedirect Done(string path, string? message = null, Tone tone = Tone.Good) => new(path, message, tone);

#pragma warning restore CA1822
    /// <summary>There is no such thing.</summary>
    public RazorComponentResult NotFound() =>
        Message(StatusCodes.Status404NotFound, Words.Texts[Language, "panel.notFound"], Words.Texts[Language, "panel.notFoundHow"]);

    /// <summary>Asks before something is done: what it will do, to how many, and one button.</summary>
    public RazorComponentResult Confirm(Confirmation confirmation) => Page<ConfirmPage>((nameof(ConfirmPage.Question), confirmation));

    /// <summary>A page that says one thing.</summary>
    public RazorComponentResult Message(int status, string title, string text, string? link = null, string? linkText = null) => Page<MessagePage>(
        status,
        (nameof(MessagePage.Title), title),
        (nameof(MessagePage.Text), text),
        (nameof(MessagePage.Link), link ?? (IsSignedIn ? "/panel" : "/panel/sign-in")),
        (nameof(MessagePage.LinkText), linkText ?? Words.Texts[Language, IsSignedIn ? "panel.home" : "signIn"]));

    /// <summary>Adds to the trail of this action what it was done to, and details of it in words.</summary>
    public void Audit(string on, string? details = null)
    {
        if (_audited is not null)
            _audited = _audited with { On = on, Details = details };
    }

    // ── For the gate and the pages of signing in ──

    internal async Task Open(HttpContext context)
    {
        _context = context;
        // Behind the Functions host every request comes by plain http, whatever the browser speaks.
        if (Get<Deployment>().PublicUrl.Scheme == Uri.UriSchemeHttps)
            context.Request.Scheme = Uri.UriSchemeHttps;
        Organisation = await Get<Settings>().Get(OrganisationSettings.Section, Cancellation);
        Look = await Get<Looks>().Get(Cancellation);
        Style = Get<PanelAssets>().StyleOf(Organisation.Accent);
        _signedIn = await Get<Sessions>().Find(_cookies.SessionOf(context.Request), Cancellation);
        Language = PageLanguage.Of(context.Request, _signedIn?.Staff.Reader ?? Organisation.Reader);
        // Binds the forms that are shown to who is signed in.
        if (_signedIn is { } signedIn)
            context.User = new(new ClaimsIdentity([new(ClaimTypes.NameIdentifier, $"{signedIn.Staff.Id} {signedIn.Session.Stage}")], "staff"));
        if (HttpMethods.IsGet(context.Request.Method) && Query("done") is { } done && await _nonces.Find(done, Cancellation) is { } said && _nonces.IsFresh(said) && (said.By == By || said.NextBy == By))
        {
            Flash = said.Message is { } message ? new(message, said.Tone) : null;
            Secret = said.Secret is { } secret ? _box.Unprotect(secret, FormPurpose) : null;
        }
    }

    /// <summary>The hidden fields of every form.</summary>
    internal (string TokenName, string Token, string Nonce) FormFields()
    {
        var tokens = _antiforgery.GetAndStoreTokens(Context);
        return (tokens.FormFieldName, tokens.RequestToken!, _nonces.New());
    }

    internal Task<bool> IsGenuine() => _antiforgery.IsRequestValidAsync(Context);

    /// <summary>Sends the browser a new session's cookie, and remembers who acts.</summary>
    internal void Enter(SignInOutcome.Entered entered)
    {
        _cookies.SetSession(Context.Response, entered.Cookie);
        _said = (_said ?? _nonces.Form(By)) with { NextBy = LinkToken.Hash(entered.Cookie), Cookie = _box.Protect(entered.Cookie, FormPurpose) };
        ActsAs(entered.Staff);
    }

    internal void Leave() => _cookies.EndSession(Context.Response);

    /// <summary>Shown on the next page this once.</summary>
    internal void Tell(string secret) => _said = (_said ?? _nonces.Form(By)) with { Secret = _box.Protect(secret, FormPurpose) };

    internal void ActsAs(StaffUser user)
    {
        if (_audited is not null)
            _audited = _audited with { Who = user.Id, Name = user.Name };
    }

    internal async Task BeginAudit(string action)
    {
        _audited = new(
            _clock.GetUtcNow(), _signedIn?.Staff.Id, _signedIn?.Staff.Name, RequestOrigin.Of(Context), action,
            Context.Request.Path, AuditOutcome.Begun);
        _auditKey = await Get<Audit>().Write(_audited, Cancellation);
    }

    /// <summary>
    /// Before the answer goes out: the trail says how it ended, and a second delivery of the form will hear the same.
    /// Not stopped by a browser that has gone.
    /// </summary>
    internal async Task Finish(object? result, AuditOutcome? outcome = null)
    {
        if (_auditKey is not { } key || _audited is not { } entry)
            return;
        _auditKey = null;
        while (result is INestedHttpResult nested)
            result = nested.Result;
        var redirect = result as PanelRedirect;
        await Get<Audit>().Complete(key, entry with { Outcome = outcome ?? (redirect is not null || result is IFileHttpResult ? AuditOutcome.Done : AuditOutcome.Refused) }, default);
        if (redirect is null)
        {
            await _nonces.Release(Nonce, default);
            return;
        }

        var said = (_said ?? _nonces.Form(By)) with { Message = redirect.Text, Tone = redirect.Tone };
        redirect.Location = redirect.Text is null && said.Secret is null ? redirect.Path : WithDone(redirect.Path);
        await _nonces.Finish(Nonce, said with { Location = redirect.Location }, default);
    }

    /// <summary>Answers a second delivery as the first was answered.</summary>
    internal PanelRedirect Again(SentForm form)
    {
        if (form.Cookie is { } cookie && _nonces.IsFresh(form))
            _cookies.SetSession(Context.Response, _box.Unprotect(cookie, FormPurpose));
        return new(form.Location!, null, form.Tone);
    }

    private string WithDone(string path)
    {
        var hash = path.IndexOf('#', StringComparison.Ordinal) is >= 0 and var at ? path[at..] : "";
        var bare = path[..^hash.Length];
        return $"{bare}{(bare.Contains('?', StringComparison.Ordinal) ? '&' : '?')}done={Nonce}{hash}";
    }

    private const string FormPurpose = "panel/forms";
}

/// <summary>On to another page of the panel; made by <see cref="PanelRequest.Done"/>.</summary>
public sealed class PanelRedirect : IResult, IStatusCodeHttpResult
{
    internal PanelRedirect(string path, string? text, Tone tone)
    {
        if (!LocalPath.IsOne(path))
            throw new ArgumentException($"'{path}' is no path of the panel.", nameof(path));
        (Path, Text, Tone, Location) = (path, text, tone, path);
    }

    public int? StatusCode => StatusCodes.Status303SeeOther;

    internal string Path { get; }
    internal string? Text { get; }
    internal Tone Tone { get; }
    internal string Location { get; set; }

    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = Location;
        return Task.CompletedTask;
    }
}

/// <summary>Addresses that a form or a link may send somebody on to: the panel's own, written as a path.</summary>
internal static class LocalPath
{
    public static bool IsOne(string? path) =>
        path is not null
        && (path == "/panel" || path.StartsWith("/panel/", StringComparison.Ordinal) || path.StartsWith("/panel?", StringComparison.Ordinal))
        && !path.Any(c => c is '\\' || char.IsControl(c) || c > '\u007e');
}
