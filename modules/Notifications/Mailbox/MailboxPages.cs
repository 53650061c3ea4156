using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Vade.Notifications;

/// <summary>The pages of the mailbox, for whoever tries the product out: what would have been sent, as it would look.</summary>
internal static class MailboxPages
{
    private const string Root = "/simulator/mailbox";
    private const int ListedMax = 200;
    private const int IdLengthMax = 64;
    private const string Html = "text/html; charset=utf-8";
    private static readonly HtmlEncoder Encoder = HtmlEncoder.Create(UnicodeRanges.All);

    public static void MapMailbox(this IEndpointRouteBuilder app)
    {
        app.MapGet(Root, List).ExcludeFromDescription();
        app.MapGet(Root + ".json", Json).ExcludeFromDescription();
        app.MapGet(Root + ".css", () => Results.Text(Style, "text/css")).ExcludeFromDescription();
        app.MapGet(Root + "/{id}", Show).ExcludeFromDescription();
        app.MapGet(Root + "/{id}/html", ShowHtml).ExcludeFromDescription();
        app.MapGet(Root + "/{id}/attachments/{index:int}", Download).ExcludeFromDescription();
    }

    private static async Task<IResult> List(Mailbox mailbox, CancellationToken cancellation)
    {
        var rows = new StringBuilder();
        var count = 0;
        await foreach (var item in mailbox.All(cancellation))
        {
            if (count++ == ListedMax)
                break;
            rows.Append(CultureInfo.InvariantCulture, $"""<tr><td>{Time(item.At)}</td><td>{E(item.Channel)}</td><td>{E(item.To)}</td><td><a href="{Root}/{E(item.Id)}">{E(item.Subject)}</a></td></tr>""").Append('\n');
        }

        var note = count == 0 ? "<p>Nothing has been sent yet.</p>"
            : count > ListedMax ? $"<p>The newest {ListedMax}; all of them are in <a href=\"{Root}.json\">mailbox.json</a>.</p>"
            : $"<p>{count} messages. As data: <a href=\"{Root}.json\">mailbox.json</a></p>";
        return Page("Mailbox", $"{note}<table><thead><tr><th scope=\"col\">At (UTC)</th><th scope=\"col\">By</th><th scope=\"col\">To</th><th scope=\"col\">Subject</th></tr></thead><tbody>\n{rows}</tbody></table>");
    }

    private static async Task<IResult> Show(string id, Mailbox mailbox, HttpContext context, CancellationToken cancellation)
    {
        if (await Find(mailbox, id, cancellation) is not { } item)
            return Results.NotFound();
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        var files = string.Join("", item.Attachments.Select((file, i) =>
            $"<li><a href=\"{Root}/{E(item.Id)}/attachments/{i}\">{E(file.Name)}</a> ({E(file.Type)}, {file.Size} bytes)</li>"));
        return Page(item.Subject, $"""
            <p><a href="{Root}">All messages</a></p>
            <dl><dt>To</dt><dd>{E(item.To)}</dd><dt>At</dt><dd>{Time(item.At)} UTC</dd><dt>By</dt><dd>{E(item.Channel)}</dd></dl>
            {(files.Length > 0 ? $"<h2>Attachments</h2><ul>{files}</ul>" : "")}
            <h2>As HTML</h2>
            <p><a href="{Root}/{E(item.Id)}/html">On its own page</a></p>
            <iframe sandbox="allow-popups allow-popups-to-escape-sandbox" title="The message as HTML" src="{Root}/{E(item.Id)}/html"></iframe>
            <h2>As plain text</h2>
            <pre>{E(item.Text)}</pre>
            """);
    }

    // The mail as it would be, with nothing it could run or load; its links open beside it, since our own pages do
    // not let themselves be framed.
    private static async Task<IResult> ShowHtml(string id, Mailbox mailbox, HttpContext context, CancellationToken cancellation)
    {
        if (await Find(mailbox, id, cancellation) is not { } item)
            return Results.NotFound();
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox";
        return Results.Text(item.Html.Replace("<a ", "<a target=\"_blank\" rel=\"noopener\" ", StringComparison.Ordinal), Html);
    }

    private static async Task<IResult> Download(string id, int index, Mailbox mailbox, CancellationToken cancellation) =>
        await Find(mailbox, id, cancellation) is { } item
        && index >= 0 && index < item.Attachments.Count
        && await mailbox.File(item, index, cancellation) is { } bytes
            ? Results.File(bytes, item.Attachments[index].Type, item.Attachments[index].Name)
            : Results.NotFound();

    // Written as it is read, so that a large mailbox is never in memory as a whole.
    private static async Task Json(Mailbox mailbox, HttpContext context, CancellationToken cancellation)
    {
        context.Response.ContentType = "application/json; charset=utf-8";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteStartArray("items");
        await foreach (var item in mailbox.All(cancellation))
        {
            JsonSerializer.Serialize(json, item, NotificationsJson.Default.MailboxItem);
            await json.FlushAsync(cancellation);
            await context.Response.BodyWriter.FlushAsync(cancellation);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static Task<MailboxItem?> Find(Mailbox mailbox, string id, CancellationToken cancellation) =>
        id.Length <= IdLengthMax ? mailbox.Find(id, cancellation) : Task.FromResult<MailboxItem?>(null);

    private static IResult Page(string title, string body) => Results.Text($"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>{E(title)}</title><link rel="stylesheet" href="{Root}.css"></head>
        <body><main><h1>{E(title)}</h1>
        {body}
        </main></body></html>
        """, Html);

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string E(string text) => Encoder.Encode(text);

    private const string Style = """
        :root{color-scheme:light dark}
        body{margin:0;font:16px/1.5 system-ui,sans-serif}
        main{max-width:60rem;margin:0 auto;padding:1.5rem}
        h1{font-size:1.5rem;overflow-wrap:anywhere}
        h2{font-size:1.1rem}
        table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}
        th,td{text-align:left;vertical-align:top;padding:.4rem .75rem .4rem 0;border-bottom:1px solid #8884;overflow-wrap:anywhere}
        td:nth-child(2){white-space:nowrap}
        td:nth-child(3){min-width:12rem}
        dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1rem}
        dd{margin:0}
        iframe{width:100%;height:52rem;border:1px solid #8884}
        pre{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #8884;padding:1rem}
        """;
}
