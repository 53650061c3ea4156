using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text.Json;
using Vade.Tests.Hosting;

namespace Vade.Tests.EndToEnd;

/// <summary>
/// The real process, killed as a power cut does at moments that a seed chooses, again and again, while it bills and
/// while customers pay. In the end everything is there exactly once. <c>VADE_SEED</c> replays a run.
/// </summary>
public sealed class KilledProcessTests(ITestOutputHelper output)
{
    private const int Customers = 40;
    private const int KillsWhileBilling = 8;
    private const int KillsWhilePaying = 12;

    // A customer looks again every 100 ms, also while the app is away.
    private const int RoundsMax = 1_200;

    [Fact]
    [Trait("Feature", "B6")]
    [Trait("Feature", "B7")]
    [Trait("Feature", "C8")]
    [Trait("Feature", "C11")]
    public async Task However_often_it_is_killed_everything_is_there_exactly_once()
    {
        var seed = Environment.GetEnvironmentVariable("VADE_SEED") is { } given ? ulong.Parse(given, CultureInfo.InvariantCulture) : (ulong)RandomNumberGenerator.GetInt32(1, int.MaxValue);
        output.WriteLine($"VADE_SEED={seed}");
        var dice = new Dice(seed);
        await using var app = await MortalApp.Start("2026-10-31T06:00:00Z");
        try
        {
            await Bills(app, dice);
            await Pays(app, dice);
            await EverythingIsThereOnce(app);
        }
        catch (Exception problem)
        {
            throw new InvalidOperationException($"With VADE_SEED={seed}, after {app.Kills} kills: {problem.Message}", problem);
        }

        output.WriteLine($"{app.Kills} kills");
    }

    private static async Task Bills(MortalApp app, Dice dice)
    {
        for (var i = 0; i < Customers; i++)
        {
            await app.Office.PutCustomer($"C{i}", $"ÖZGÜR {i} & Ş. İÇ TİC. A.Ş.");
            await app.Office.PutService($"C{i}", "S1", "2026-11-01", "1000.00");
            await app.Office.PutService($"C{i}", "S2", "2026-10-01", "99.95", lines: 3);
        }

        for (var kill = 0; kill < KillsWhileBilling; kill++)
        {
            var billing = Attempt(() => app.Office.MoveClock("2026-11-01T06:00:00Z"));
            await Task.Delay(dice.Below(700));
            await app.KillAndStart();
            await billing;
        }

        await app.MoveClock(TimeSpan.FromHours(27));
        Assert.Equal(Customers * 3, (await app.Office.All("/api/v1/invoices")).Count);
    }

    /// <summary>Customers pay at the same time, by page and by hand, while the process is killed under them.</summary>
    private static async Task Pays(MortalApp app, Dice dice)
    {
        var open = new Queue<JsonElement>(await app.Office.All("/api/v1/invoices?status=open"));
        var customers = Enumerable.Range(0, 4).Select(_ => PayAll()).ToArray();
        for (var kill = 0; kill < KillsWhilePaying && !Array.TrueForAll(customers, customer => customer.IsCompleted); kill++)
        {
            await Task.Delay(50 + dice.Below(900));
            await app.KillAndStart();
        }

        await Task.WhenAll(customers);
        await app.MoveClock(TimeSpan.FromHours(2));

        async Task PayAll()
        {
            while (true)
            {
                JsonElement invoice;
                int turn;
                lock (open)
                {
                    if (!open.TryDequeue(out invoice))
                        return;
                    turn = open.Count;
                }

                if (turn % 3 == 0)
                    await PayByHand(app, invoice);
                else
                    await PayByPage(app, invoice, turn % 5 == 0 ? "approve-twice" : turn % 7 == 0 ? "approve-silently" : "approve");
            }
        }
    }

    /// <summary>The same call again until it is answered, as the habits of the API allow.</summary>
    private static async Task PayByHand(MortalApp app, JsonElement invoice)
    {
        var number = invoice.Text("number");
        var body = new
        {
            amount = invoice.Text("total"),
            currency = "TRY",
            means = "cash",
            reference = "cash-" + number,
            invoices = new[] { number },
        };
        await app.UntilAnswered(() => app.Office.Post($"/api/v1/customers/{invoice.Text("customer")}/payments", body));
    }

    /// <summary>A customer who reloads, and pays only when the page asks for it and no payment is under way.</summary>
    private static async Task PayByPage(MortalApp app, JsonElement invoice, string outcome)
    {
        var number = invoice.Text("number");
        var pay = Office.Path(invoice.Text("payUrl"));
        for (var round = 1; round <= RoundsMax; round++)
        {
            await Attempt(async () =>
            {
                var page = await app.Office.Page(pay);
                if (page.Link("/simulator/") is { } underWay)
                    await Decide(await app.Office.Page(underWay));
                else if (page.HasForm("id=\"pay\""))
                    await Decide(await app.Office.Submit(page.Form("id=\"pay\"")));
            });
            var status = "";
            await Attempt(async () => status = (await app.Office.Get($"/api/v1/invoices/{number}")).Text("status"));
            if (status == "paid")
                return;
            // What the bank knows and we do not is asked for after some minutes.
            if (round % 10 == 0)
                await Attempt(() => app.MoveClock(TimeSpan.FromMinutes(11)));
            await Task.Delay(100);
        }

        Assert.Fail($"The invoice {number} is not paid however often its customer tries.");

        async Task Decide(HtmlPage bank)
        {
            if (bank.HasForm("name=\"outcome\""))
                await app.Office.Submit(bank.Form("name=\"outcome\""), [("outcome", outcome)]);
        }
    }

    private static async Task EverythingIsThereOnce(MortalApp app)
    {
        var invoices = await app.Office.All("/api/v1/invoices");
        Assert.Equal(Customers * 3, invoices.Select(invoice => (invoice.Text("customer"), invoice.Text("service"), invoice.Text("period"))).Distinct().Count());
        Assert.Equal(Customers * 3, invoices.Count);
        Assert.All(invoices, invoice => Assert.Equal("paid", invoice.Text("status")));
        Numbers.HaveNoGap(invoices.Select(invoice => invoice.Text("number")));

        var payments = await app.Office.All("/api/v1/payments");
        Assert.All(payments, payment => Assert.Equal(("confirmed", 0m), (payment.Text("status"), payment.Amount("advance"))));
        Assert.Equal(
            invoices.Select(invoice => (invoice.Text("number"), invoice.Amount("total"))).Order(),
            payments.Select(payment => (Assert.Single(payment.GetProperty("allocations").EnumerateArray()).Text("invoice"), payment.Amount("amount"))).Order());
        Numbers.HaveNoGap(payments.Select(payment => payment.Text("receiptNumber")));

        var mails = (await app.Office.Mailbox()).SelectMany(mail => mail.GetProperty("attachments").EnumerateArray()).ToArray();
        foreach (var number in invoices.Select(invoice => invoice.Text("number")))
            Assert.Single(mails, file => file.Text("name").Contains(number, StringComparison.Ordinal));
        var letters = await app.Office.All("/api/v1/deliveries?kind=invoice");
        Assert.Equal(
            invoices.Select(invoice => invoice.Text("number")).Order(StringComparer.Ordinal),
            letters.Select(letter => letter.Text("about")).Order(StringComparer.Ordinal));
        Assert.All(letters, letter => Assert.Equal("sent", letter.Text("status")));

        for (var i = 0; i < Customers; i++)
        {
            var statement = await app.Office.Get($"/api/v1/customers/C{i}/statement?from=2026-01-01&to=2027-12-31");
            Assert.Equal(6, statement.GetProperty("entries").GetArrayLength());
            Assert.Equal(0m, statement.Amount("closing"));
        }

        Assert.Empty((await app.Office.Get("/api/v1/reports/missing-invoices")).GetProperty("rows").EnumerateArray());
        Assert.Empty(await app.Office.All("/api/v1/work/poison"));
    }

    /// <summary>Something that a dying process may leave half done; what counts is the end.</summary>
    private static async Task Attempt(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception problem) when (MortalApp.IsDeath(problem))
        {
        }
    }
}

/// <summary>An app on one port over one data folder that dies and comes back.</summary>
internal sealed class MortalApp : IAsyncDisposable
{
    // Two minutes of patience: on a busy machine a start alone may take many seconds.
    private const int TriesMax = 1_200;
    private readonly string _data = Directory.CreateTempSubdirectory("vade-").FullName;
    private readonly (string, string)[] _environment;
    private DateTimeOffset _at;
    private AppProcess _app = null!;

    private MortalApp(string start)
    {
        _at = DateTimeOffset.Parse(start, CultureInfo.InvariantCulture);
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        _environment = [Office.StartsAt(start), Office.ShortLease, ("Vade__Port", port.ToString(CultureInfo.InvariantCulture))];
    }

    public int Kills { get; private set; }

    public Office Office { get; private set; } = null!;

    public static async Task<MortalApp> Start(string clock)
    {
        var app = new MortalApp(clock);
        await app.Open();
        return app;
    }

    public async Task KillAndStart()
    {
        Kills++;
        await _app.Kill();
        await _app.DisposeAsync();
        await Open();
    }

    /// <summary>Moves on by so much, beside others who may do the same.</summary>
    public Task MoveClock(TimeSpan by)
    {
        lock (_data)
            _at += by;
        return MoveTo(_at);
    }

    /// <summary>Moves to an instant, unless time is there already.</summary>
    public Task MoveTo(DateTimeOffset instant) => UntilAnswered(async () =>
    {
        var now = instant.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        var (status, _, body) = await Office.Ask(HttpMethod.Post, "/api/v1/clock", $$"""{"now":"{{now}}"}""");
        Assert.True(status is 200 or 422, body.ToString());
    });

    /// <summary>Repeats a call while the app is away or busy.</summary>
    public async Task UntilAnswered(Func<Task> call)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                await call();
                return;
            }
            catch (Exception problem) when (tries < TriesMax && IsDeath(problem))
            {
                await Task.Delay(100);
            }
        }
    }

    /// <summary>A connection that broke, or a client whose process was replaced meanwhile.</summary>
    public static bool IsDeath(Exception problem) =>
        problem is HttpRequestException or IOException or ObjectDisposedException or OperationCanceledException;

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    private async Task Open()
    {
        _app = await AppProcess.Start(_data, _environment);
        Office = new Office(_app);
    }
}

/// <summary>Numbers that only look like chance: the same seed, the same numbers (xorshift64*).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = unchecked(seed * 0x9E3779B97F4A7C15UL) | 1;

    public int Below(int limit)
    {
        unchecked
        {
            _state ^= _state >> 12;
            _state ^= _state << 25;
            _state ^= _state >> 27;
            return (int)((_state * 0x2545F4914F6CDD1DUL) >> 33) % limit;
        }
    }
}
