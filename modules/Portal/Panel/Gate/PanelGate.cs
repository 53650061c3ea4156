using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vade.Kernel.Storage;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>
/// What stands before every page of the panel: the session, the permission, that a form is ours, new and sent once, and
/// the trail of it. It runs before anything is bound, so a handler only ever sees what has passed.
/// </summary>
internal static partial class PanelGate
{
    private const int RepeatWaits = 50;
    private static readonly TimeSpan RepeatPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Guards everything under /panel, in whatever case it is written, as routes are found.</summary>
    public static IApplicationBuilder UsePanel(IApplicationBuilder app)
    {
        var log = app.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("Vade.Panel");
        return app.Use((context, next) => context.Request.Path.StartsWithSegments("/panel", StringComparison.OrdinalIgnoreCase) ? Pass(context, next, log) : next(context));
    }

    private static async Task Pass(HttpContext context, RequestDelegate next, ILogger log)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers.Pragma = "no-cache";
        var panel = context.RequestServices.GetRequiredService<PanelRequest>();
        try
        {
            await panel.Open(context);
            if (await Refusal(context, panel) is { } refusal)
            {
                await refusal.ExecuteAsync(context);
                return;
            }

            panel.HasPassed = true;
            await next(context);
            // A handler that never came to its answer, such as one whose form could not be bound, has done nothing.
            await panel.Finish(null);
        }
        catch (Exception problem) when (!context.Response.HasStarted && !context.RequestAborted.IsCancellationRequested)
        {
            await (await Apology(context, panel, problem, log)).ExecuteAsync(context);
        }
    }

    /// <summary>The answer to who may not pass; null for who may.</summary>
    private static async Task<IResult?> Refusal(HttpContext context, PanelRequest panel)
    {
        var isPost = HttpMethods.IsPost(context.Request.Method);
        // First of all: the session that a second delivery comes with may have ended by the first.
        if (isPost && await IsForm(context) && await panel.Get<FormNonces>().Find(panel.Field("nonce"), context.RequestAborted) is { Location: not null } sent && sent.By == panel.By)
            return panel.Again(sent);
        var endpoint = context.GetEndpoint();
        var access = endpoint?.Metadata.GetMetadata<Access>();
        if (Unknown(panel, access) is { } unknown)
            return unknown;
        if (endpoint is not RouteEndpoint route)
            return panel.NotFound();
        if (!MayCall(panel, access))
            return await Forbidden(panel, access?.Permission);
        return isPost ? await Unsent(context, panel, route) : null;
    }

    // Who is not signed in, or not yet fully, is sent to where that is done.
    private static PanelRedirect? Unknown(PanelRequest panel, Access? access)
    {
        if (panel.IsSignedIn || access?.Entry == Entry.Anyone)
            return null;
        if (access?.Entry == Entry.HalfSignedIn && panel.SignedIn is not null)
            return null;
        var to = HttpMethods.IsGet(panel.Context.Request.Method) && panel.Here != "/panel" && LocalPath.IsOne(panel.Here) ? "?to=" + Uri.EscapeDataString(panel.Here) : "";
        return new PanelRedirect(
            panel.SignedIn?.Session.Stage switch
            {
                SessionStage.Code => "/panel/sign-in/code" + to,
                SessionStage.Enrolment => "/panel/second-factor",
                _ => "/panel/sign-in" + to,
            },
            null,
            Tone.Plain);
    }

    private static bool MayCall(PanelRequest panel, Access? access) => access switch
    {
        null => panel.Staff.IsAdmin,
        { Permission: { } permission } => panel.Can(permission),
        _ => true,
    };

    // A form that is not ours, or too old, or under way; null for one that may act now.
    private static async Task<IResult?> Unsent(HttpContext context, PanelRequest panel, RouteEndpoint route)
    {
        var (nonces, nonce) = (panel.Get<FormNonces>(), panel.Field("nonce"));
        if (!await IsForm(context) || !FormNonces.IsOne(nonce) || nonces.IsTooOld(nonce) || !await panel.IsGenuine())
            return TooOld(panel);
        for (var wait = 0; !await nonces.Claim(nonce, panel.By, context.RequestAborted); wait++)
        {
            if (await nonces.Find(nonce, context.RequestAborted) is { Location: not null } sent)
                return sent.By == panel.By ? panel.Again(sent) : TooOld(panel);
            if (wait == RepeatWaits)
                return panel.Message(StatusCodes.Status200OK, Words.Texts[panel.Language, "panel.underWay"], Words.Texts[panel.Language, "panel.underWayHow"], From(panel));
            await Task.Delay(RepeatPause, TimeProvider.System, context.RequestAborted);
        }

        panel.Nonce = nonce;
        await panel.BeginAudit($"POST {route.RoutePattern.RawText}");
        return null;
    }

    private static IResult TooOld(PanelRequest panel) => panel.Message(
        StatusCodes.Status400BadRequest, Words.Texts[panel.Language, "panel.tooOld"], Words.Texts[panel.Language, "panel.tooOldHow"],
        From(panel), Words.Texts[panel.Language, "panel.newForm"]);

    private static string From(PanelRequest panel) => panel.Form["from"].ToString() is var from && LocalPath.IsOne(from) ? from : "/panel";

    private static async Task<IResult> Forbidden(PanelRequest panel, string? permission)
    {
        var language = panel.Language;
        var roles = permission is null ? [Role.Admin] : panel.Get<Permissions>().RolesWith(permission);
        var people = (await panel.Get<StaffDirectory>().All(panel.Cancellation))
            .Where(user => !user.Disabled && user.Roles.Any(roles.Contains)).Select(user => user.Name).Take(5);
        return panel.Message(
            StatusCodes.Status403Forbidden,
            Words.Texts[language, "panel.forbidden"],
            Words.Texts.Format(language, "panel.forbiddenWho", string.Join(", ", roles.Select(role => RoleWords.Of(role, language))), string.Join(", ", people)));
    }

    private static async Task<IResult> Apology(HttpContext context, PanelRequest panel, Exception problem, ILogger log)
    {
        context.Response.Clear();
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers.Pragma = "no-cache";
        var busy = problem is StoreBusyException;
        if (!busy && problem is not BadHttpRequestException)
            LogFailed(log, context.Request.Method, context.Request.Path, problem);
        try
        {
            await panel.Finish(null, AuditOutcome.Failed);
        }
        catch (StoreBusyException)
        {
            // The row that says it was begun stays, and says that nobody knows how it ended.
        }

        if (panel.Organisation is null || panel.Look is null)
            return Results.Text("Busy; try again.", statusCode: StatusCodes.Status503ServiceUnavailable);
        var language = panel.Language;
        return busy
            ? panel.Message(StatusCodes.Status200OK, Words.Texts[language, "panel.busy"], Words.Texts[language, "panel.busyHow"], From(panel))
            : problem is BadHttpRequestException bad
                ? panel.Message(bad.StatusCode, Words.Texts[language, "panel.unreadable"], Words.Texts[language, "panel.unreadableHow"], From(panel))
                : panel.Message(StatusCodes.Status500InternalServerError, Words.Texts[language, "panel.failed"], Words.Texts[language, "panel.failedHow"], From(panel));
    }

    // Reading it here puts it where handlers find it, and tells a broken body before anything is done.
    private static async Task<bool> IsForm(HttpContext context)
    {
        if (!context.Request.HasFormContentType)
            return false;
        try
        {
            await context.Request.ReadFormAsync(context.RequestAborted);
            return true;
        }
        catch (InvalidDataException problem)
        {
            throw new BadHttpRequestException("The form cannot be read.", problem);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed.")]
    private static partial void LogFailed(ILogger log, string method, string path, Exception problem);
}
