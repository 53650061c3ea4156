using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Notifications;
using Vade.Organisation;
using Vade.Payments;

namespace Vade.Simulation;

/// <summary>Something that somebody outside wants done, and does again when no answer came.</summary>
/// <param name="Do">Runs in a process. What is returned is called when the answer has reached the asker.</param>
/// <param name="Patience">How often it is repeated.</param>
internal sealed record Wish(string Name, Func<Process, Task<Action?>> Do, int Patience)
{
    public int Tries { get; set; }
}

/// <summary>The people around an organisation: staff, customers, the ERP, the bank. They ask, repeat, and remember what they were promised.</summary>
internal sealed partial class Office
{
    private readonly World world;
    private readonly Seed seed;
    private readonly List<Wish> again = [];
    private readonly List<Func<string?>> promises = [];
    private readonly (int Weight, Func<Wish?> Make)[] wishes;
    private readonly int weights;
    private int underWay;

    public Office(World world)
    {
        (this.world, seed) = (world, world.Seed);
        wishes =
        [
            (6, SaveCustomer), (14, SaveService), (12, InvoiceByHand), (9, CancelInvoice), (12, RecordPayment), (6, CancelPayment), (8, SendDocument),
            (16, PressPay), (14, DecideAtBank), (2, CaptureLate), (1, ForgeNotice), (1, ChangeSettings),
            (2, BringBalance), (4, WriteOff), (4, PayOut), (3, TakeBack), (6, Reallocate), (2, Merge),
        ];
        weights = wishes.Sum(wish => wish.Weight);
    }

    /// <summary>Every request that reached the organisation, doubled and repeated ones too.</summary>
    public int Commands { get; private set; }

    /// <summary>An organisation that takes cards and sends mail.</summary>
    public void SetUp() => world.Ask(async process =>
    {
        var settings = process.Get<Organisation.Settings>();
        await settings.Put(PaymentsSettings.Section, new([new(Bank.Kind)]), default);
        await settings.Put(
            EmailSettings.Section,
            new(EmailSettings.SendGrid, process.Get<SecretBox>().Protect("key", EmailSettings.Purpose), FromAddress: "fatura@ajans.example"),
            default);
        return true;
    });

    /// <summary>So many commands, with time passing between and under them: minutes while people are at it, weeks when they are not.</summary>
    public void Work(int commands)
    {
        var until = Commands + commands;
        while (Commands < until)
        {
            world.Watch.MustBeWell();
            if (underWay < 6 && seed.Roll(1_500))
                Begin();
            else if (!world.GoOn() || seed.Roll(100))
                world.Pass(seed.Span(TimeSpan.FromSeconds(20)));
            if (seed.Roll(15))
                world.PassTo(seed.Roll(3_000) ? AboutMidnight() : world.Time.Now + seed.Span(TimeSpan.FromDays(60)));
            if (seed.Roll(4))
                world.Freeze(world.AnyProcess(), seed.Span(TimeSpan.FromMinutes(40)));
        }
    }

    /// <summary>Everybody gets an answer in the end, and what was answered for is so.</summary>
    /// <param name="within">How long what is under way may take.</param>
    public void SettleAndCheck(TimeSpan within)
    {
        world.Suffer(new NoFaults());
        while (again.Count > 0 || underWay > 0)
        {
            if (again.Count > 0)
                Repeat();
            world.PassTo(world.Time.Now + TimeSpan.FromMinutes(1));
            world.Watch.MustBeWell();
        }

        world.SettleAndCheck(within);
        foreach (var promise in promises)
        {
            if (promise() is { } complaint)
                throw new BrokenException(Invariants.PromisesKept, complaint);
        }

        var twice = world.Watch.Invoices.Where(invoice => invoice.Value.Service is null).Select(invoice => invoice.Key.Ref)
            .Concat(world.Watch.Payments.Where(payment => payment.Value.Provider is null).Select(payment => payment.Key.Ref))
            .Concat(world.Watch.Operations.Keys.Select(operation => AccountsRows.Operation(operation.Reference)))
            .GroupBy(reference => reference, StringComparer.Ordinal).FirstOrDefault(references => references.Count() > 1);
        if (twice is not null)
            throw new BrokenException(Invariants.PromisesKept, $"the reference {twice.Key} stands for {twice.Count()} things");
    }

    /// <summary>Asks for one thing and lets it end.</summary>
    public void Ask(Wish wish)
    {
        Send(wish);
        world.ComeToRest();
    }

    // Where clocks disagree about the date.
    private DateTimeOffset AboutMidnight()
    {
        var now = world.Time.Now;
        var midnight = new DateTimeOffset(now.Date.AddHours(21), TimeSpan.Zero);
        return (midnight > now ? midnight : midnight.AddDays(1)).AddSeconds(seed.Between(-60, 60));
    }

    private void Begin()
    {
        if (again.Count > 0 && seed.Roll(5_000))
        {
            Repeat();
            return;
        }

        var drawn = seed.Below(weights);
        foreach (var (weight, make) in wishes)
        {
            drawn -= weight;
            if (drawn >= 0)
                continue;
            if (make() is not { } wish)
                return;
            Send(wish);
            // A double click, a client that is too quick to repeat: the same once more, elsewhere and at once.
            if (seed.Roll(1_500))
                Send(wish with { });
            return;
        }
    }

    private void Repeat()
    {
        var wish = seed.Pick(again);
        again.Remove(wish);
        Send(wish);
    }

    private void Send(Wish wish)
    {
        Commands++;
        underWay++;
        var process = world.AnyProcess();
        world.Start(process, async () =>
        {
            try
            {
                var answered = await wish.Do(process);
                process.MustLive();
                answered?.Invoke();
            }
            catch (Exception problem) when (problem is not BrokenException)
            {
                if (wish.Tries++ < wish.Patience)
                    again.Add(wish);
            }
            finally
            {
                underWay--;
            }
        });
    }

    /// <summary>Looked at in the end; null means that it was kept.</summary>
    public void Promise(Func<string?> complaint) => promises.Add(complaint);

    private static string Account(string customer) => AccountStore.Of(customer);
}
