using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Notifications;
using Vade.Organisation;

namespace Vade.Tests.Notifications;

[Trait("Feature", "B7")]
public sealed class SendGridTests
{
    [Fact]
    public async Task The_carrier_gets_one_message_for_one_recipient_with_all_tracking_off()
    {
        await using var carrier = await Carrier.Open();
        await using var office = await Office.Open();
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await office.Host.Drain();

        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Sent, "carrier-1"), (delivery.State, delivery.CarrierId));
        Assert.Equal("Bearer SG.key", carrier.Authorization);
        Assert.Empty(await office.Mails());

        using var json = JsonDocument.Parse(Assert.Single(carrier.Bodies));
        var sent = json.RootElement;
        Assert.Equal(
            ["attachments", "content", "from", "personalizations", "reply_to", "subject", "tracking_settings"],
            sent.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("""{"name":"X Ltd","email":"bills@x.example"}""", sent.GetProperty("from").GetRawText());
        Assert.Equal("""{"email":"accounts@x.example"}""", sent.GetProperty("reply_to").GetRawText());
        Assert.Equal(
            """[{"to":[{"name":"Bakkal Ahmet","email":"ahmet@bakkal.example"}],"custom_args":{"vade_delivery":"ID"}}]""".Replace("ID", delivery.Id, StringComparison.Ordinal),
            sent.GetProperty("personalizations").GetRawText());
        Assert.Equal($"Invoice {Office.Number} from X Ltd, ₺1,190.00, due 30 Nov 2026", sent.GetProperty("subject").GetString());
        Assert.Equal(["text/plain", "text/html"], sent.GetProperty("content").EnumerateArray().Select(part => part.GetProperty("type").GetString()));
        Assert.Equal(
            """{"click_tracking":{"enable":false,"enable_text":false},"open_tracking":{"enable":false},"subscription_tracking":{"enable":false},"ganalytics":{"enable":false}}""",
            sent.GetProperty("tracking_settings").GetRawText());
        var file = Assert.Single(sent.GetProperty("attachments").EnumerateArray());
        Assert.Equal(
            ($"Invoice-{Office.Number}.pdf", "application/pdf", "attachment"),
            (file.GetProperty("filename").GetString(), file.GetProperty("type").GetString(), file.GetProperty("disposition").GetString()));
        Assert.StartsWith("%PDF", System.Text.Encoding.ASCII.GetString(file.GetProperty("content").GetBytesFromBase64()), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(400, "rejected: 400 Does not contain a valid address.")]
    [InlineData(413, "rejected: 413 Does not contain a valid address.")]
    [InlineData(401, "unauthorized: 401 Does not contain a valid address.")]
    [InlineData(403, "unauthorized: 403 Does not contain a valid address.")]
    public async Task What_the_carrier_does_not_want_has_failed_with_its_words(int status, string reason)
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = async (context, _) =>
        {
            context.Response.StatusCode = status;
            await context.Response.WriteAsync("""{"errors":[{"message":"Does not contain a valid address.\r\n","field":"to","help":null}]}""");
        };
        await using var office = await Office.Open();
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await office.Host.Advance(TimeSpan.FromHours(2));
        Assert.Single(carrier.Bodies);
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Failed, reason, 0), (delivery.State, delivery.Reason, delivery.HandOvers));
    }

    [Theory]
    [InlineData("Retry-After", "90")]
    [InlineData("X-RateLimit-Reset", "1793512890")]
    public async Task A_carrier_that_is_busy_gets_the_message_when_it_asked_for_it(string header, string value)
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = (context, count) =>
        {
            context.Response.StatusCode = count == 1 ? 429 : 202;
            context.Response.Headers[header] = value;
            return Task.CompletedTask;
        };
        await using var office = await Office.Open();
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        Assert.Equal(1793512800, office.Host.Clock.GetUtcNow().ToUnixTimeSeconds());
        await office.Host.Advance(TimeSpan.FromSeconds(89));
        Assert.Equal((DeliveryState.Waiting, Reasons.Throttled), Assert.Single(await office.Deliveries()) is var waiting ? (waiting.State, waiting.Reason) : default);
        Assert.Single(carrier.Bodies);
        await office.Host.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(2, carrier.Bodies.Count);
        var sent = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Sent, 1, null), (sent.State, sent.HandOvers, sent.Reason));
    }

    [Fact]
    public async Task A_carrier_that_cannot_be_reached_gets_the_message_later()
    {
        using var closed = new TcpListener(IPAddress.Loopback, 0);
        closed.Start();
        var address = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndpoint).Port}";
        closed.Stop();

        await using var office = await Office.Open();
        await office.UseCarrier(address);
        await office.Issue();
        await office.Host.Advance(TimeSpan.FromMinutes(1));
        var waiting = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Waiting, Reasons.Unreachable, 0), (waiting.State, waiting.Reason, waiting.HandOvers));

        await using var carrier = await Carrier.Open();
        await office.UseCarrier(carrier.Address);
        await office.Host.Advance(TimeSpan.FromMinutes(10));
        Assert.Single(carrier.Bodies);
        Assert.Equal(DeliveryState.Sent, Assert.Single(await office.Deliveries()).State);
    }

    public static TheoryData<string, string> LostAnswers => new()
    {
        { "500", "carrierFailed: 500" }, { "503", "carrierFailed: 503" }, { "hang", Reasons.TimedOut }, { "drop", Reasons.ConnectionLost },
    };

    [Theory]
    [MemberData(nameof(LostAnswers))]
    public async Task A_message_whose_answer_is_lost_is_handed_over_once_more_after_the_lease_and_then_stays_unknown(string how, string reason)
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = (context, _) => Lose(carrier, context, how);
        await using var office = await Office.Open(answerWithin: TimeSpan.FromMilliseconds(700));
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await office.Host.Advance(TimeSpan.FromMinutes(9));
        Assert.Single(carrier.Bodies);
        await office.Host.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal(2, carrier.Bodies.Count);
        await office.Host.Advance(TimeSpan.FromHours(30));

        Assert.Equal(2, carrier.Bodies.Count);
        Assert.Single(carrier.Bodies.Distinct());
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Unknown, reason, 2), (delivery.State, delivery.Reason, delivery.HandOvers));
    }

    [Fact]
    public async Task A_message_whose_first_answer_is_lost_is_sent_when_the_second_is_not()
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = (context, count) =>
        {
            context.Response.StatusCode = count == 1 ? 500 : 202;
            return Task.CompletedTask;
        };
        await using var office = await Office.Open();
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await office.Host.Advance(TimeSpan.FromHours(1));
        Assert.Equal(2, carrier.Bodies.Count);
        Assert.Equal(DeliveryState.Sent, Assert.Single(await office.Deliveries()).State);
    }

    [Fact]
    public async Task An_invoice_that_is_cancelled_while_the_answer_is_lost_is_not_handed_over_again_and_its_cancellation_is_sent()
    {
        await using var carrier = await Carrier.Open();
        carrier.Answer = (context, count) =>
        {
            context.Response.StatusCode = count == 1 ? 500 : 202;
            return Task.CompletedTask;
        };
        await using var office = await Office.Open();
        await office.UseCarrier(carrier.Address);
        await office.Issue();
        await office.Host.Drain();
        await office.Cancel();
        await office.Host.Advance(TimeSpan.FromHours(1));

        var invoice = Assert.Single(await office.Deliveries("invoice"));
        Assert.Equal((DeliveryState.Unknown, Reasons.Cancelled, 1), (invoice.State, invoice.Reason, invoice.HandOvers));
        Assert.Equal(DeliveryState.Sent, Assert.Single(await office.Deliveries("cancellation")).State);
        Assert.Equal(2, carrier.Bodies.Count);
    }

    [Fact]
    public async Task Without_a_carrier_outside_the_sandbox_nothing_leaves_and_the_log_says_why()
    {
        await using var office = await Office.Open();
        var senders = Senders(office, sandbox: false);
        Assert.Null(await senders.Choose(default));
        await office.UseCarrier("http://127.0.0.1:9");
        Assert.Null(await senders.Choose(default));
        await office.UseCarrier("https://api.sendgrid.com.evil.example");
        Assert.Null(await senders.Choose(default));
        await office.UseCarrier("https://api.eu.sendgrid.com");
        Assert.IsType<SendGridSender>(await senders.Choose(default));

        await office.Host.Get<Settings>().Put(EmailSettings.Section, new(EmailSettings.SendGrid, FromAddress: "a@x.example"), default);
        await office.Issue();
        await office.Host.Drain();
        var delivery = Assert.Single(await office.Deliveries());
        Assert.Equal((DeliveryState.Failed, Reasons.NotConfigured), (delivery.State, delivery.Reason));
    }

    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://localhost:8080/", true)]
    [InlineData("http://[::1]:8080", true)]
    [InlineData("https://mail.test", true)]
    [InlineData("http://mail.test", false)]
    [InlineData("http://169.254.169.254", false)]
    [InlineData("http://127.0.0.1.evil.test", false)]
    [InlineData("ftp://127.0.0.1", false)]
    [InlineData("nonsense", false)]
    public void Plain_http_reaches_loopback_only_and_only_in_the_sandbox(string address, bool inSandbox)
    {
        var settings = new EmailSettings(BaseUrl: address);
        Assert.Equal(inSandbox, settings.Host(sandbox: true) is not null);
        Assert.Null(settings.Host(sandbox: false));
    }

    [Fact]
    public async Task The_key_is_kept_encrypted_never_shown_and_stays_when_it_is_left_out()
    {
        await using var office = await Office.Open();
        var settings = office.Host.Get<Settings>();
        var section = EmailSettings.Section;
        var kept = section.Prepare!(office.Host.Get<IServiceProvider>(), new(), new(EmailSettings.SendGrid, "SG.secret", FromAddress: "a@x.example"));
        Assert.DoesNotContain("SG.secret", kept.ApiKey, StringComparison.Ordinal);
        var shown = section.Public!(kept);
        Assert.Equal((null, true), (shown.ApiKey, shown.ApiKeySet));
        var again = section.Prepare(office.Host.Get<IServiceProvider>(), kept, shown with { FromName = "X" });
        Assert.Equal((kept.ApiKey, false), (again.ApiKey, again.ApiKeySet));
        Assert.Null(section.Prepare(office.Host.Get<IServiceProvider>(), kept, shown with { ApiKey = "" }).ApiKey);
        Assert.Equal(["sender.unknown"], section.Problems!(new("pigeon")).Select(problem => problem.Code));
        Assert.Equal(["fromAddress.missing"], section.Problems(new("sendgrid")).Select(problem => problem.Code));
        Assert.Equal(["address.form", "baseUrl.scheme"], section.Problems(new(FromAddress: "A <a@b.example>", BaseUrl: "http://10.0.0.1")).Select(problem => problem.Code));
        await settings.Put(section, kept, default);
    }

    private static MailSenders Senders(Office office, bool sandbox) => new(
        office.Host.Get<Settings>(), new Deployment(sandbox, new Uri("https://x.example")), office.Host.Get<Mailbox>(),
        office.Host.Get<IHttpClientFactory>(), office.Host.Get<SecretBox>(), office.Host.Clock);

    private static async Task Lose(Carrier carrier, HttpContext context, string how)
    {
        switch (how)
        {
            case "hang":
                await Task.Delay(Timeout.Infinite, carrier.Closing).ContinueWith(_ => { }, TaskScheduler.Default);
                break;
            case "drop":
                context.Abort();
                break;
            default:
                context.Response.StatusCode = int.Parse(how, System.Globalization.CultureInfo.InvariantCulture);
                break;
        }
    }
}
