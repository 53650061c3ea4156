using CsCheck;
using Vade.Accounts;
using Vade.Kernel;

namespace Vade.Tests.Accounts;

/// <summary>The rules of the ledger over generated histories of an account.</summary>
public sealed class BookkeepingTests
{
    private static readonly LedgerAccounts Chart = new();
    private static readonly DateTimeOffset Now = new(2026, 11, 15, 12, 0, 0, TimeSpan.Zero);
    private static readonly DateOnly Start = new(2026, 1, 1);
    private static readonly Currency[] Currencies = [Currency.TRY, Currency.USD, Currency.CLP];

    internal enum Does { Open, SettleOldest, SettleChosen, Withdraw, TakeBack, Change, OpenSeveral, PayOut, Undo, Reallocate }

    internal sealed record Step(Does Does, int Amount, int Currency, int Pick, int Day);

    internal static readonly Gen<Step[]> Histories =
        Gen.Select(Gen.Enum<Does>(), Gen.Int[0, 50_000], Gen.Int[0, 2], Gen.Int[0, 1_000], Gen.Int[0, 300])
            .Select(t => new Step(t.Item1, t.Item2, t.Item3, t.Item4, t.Item5))
            .Array[1, 60];

    [Fact]
    public void Over_any_history_lines_sum_to_zero_and_what_is_owed_equals_the_open_items_without_the_advances() =>
        Histories.Sample(steps =>
        {
            var book = new Book(steps);
            foreach (var entry in book.Entries)
                Assert.Equal(0m, entry.Lines.Sum(line => line.Amount));
            foreach (var currency in Currencies)
            {
                var receivable = book.Entries.Where(entry => entry.Currency == currency.Code).SelectMany(entry => entry.Lines).Where(line => line.Account == Chart.Receivable).Sum(line => line.Amount);
                Assert.Equal(receivable, Bookkeeping.Owed(book.Head, currency));
                Assert.Equal(receivable, book.Head.Balance(currency).Amount);
                Assert.Equal(receivable, book.Entries.Where(entry => entry.Currency == currency.Code).Sum(entry => entry.Own));
            }
        });

    [Fact]
    public void Over_any_history_what_remains_of_an_item_is_its_total_without_its_allocations() =>
        Histories.Sample(steps =>
        {
            var book = new Book(steps);
            var settled = LedgerReader.Net(book.Allocations).ToLookup(allocation => allocation.Item.Ref);
            foreach (var (reference, total) in book.Totals)
                Assert.Equal(total - settled[reference].Sum(allocation => allocation.Amount), book.Head.ItemOf(reference)?.Remaining ?? 0m);
            Assert.All(book.Head.Open, item => Assert.True(item.Remaining > 0m));
            Assert.All(book.Head.Credits, credit => Assert.True(credit.Left > 0m));
        });

    [Fact]
    public void The_chain_of_any_history_verifies_and_a_changed_entry_is_found() =>
        Gen.Select(Histories, Gen.Int[0, 1_000], Gen.Int[0, 5]).Sample((steps, pick, how) =>
        {
            var entries = new Book(steps).Entries;
            Assert.Null(LedgerReader.FirstBroken("C1", entries));
            if (entries.Count == 0)
                return;
            var at = pick % entries.Count;
            var changed = entries[at];
            changed = how switch
            {
                0 => changed with { Document = changed.Document + "x" },
                1 => changed with { ValueOn = changed.ValueOn.AddDays(1) },
                2 => changed with { Lines = [.. changed.Lines, new("999", 1m), new("998", -1m)] },
                3 => changed with { Own = changed.Own + 1m },
                4 => changed with { Kind = PostingKind.Refund, Id = changed.Id + "!" },
                _ => changed with { PostedAt = changed.PostedAt.AddTicks(1) },
            };
            Assert.Equal(at + 1, LedgerReader.FirstBroken("C1", [.. entries.Take(at), changed, .. entries.Skip(at + 1)])?.Sequence);
            Assert.NotNull(LedgerReader.FirstBroken("C2", entries));
        });

    [Fact]
    public void Taking_a_payment_back_reopens_exactly_what_it_settled() =>
        Gen.Select(Histories, Gen.Int[1, 200_000]).Sample((steps, amount) =>
        {
            var book = new Book(steps);
            var before = book.Head;
            var money = new Money(amount, Currency.CLP);
            book.Settle("extra", money, null);
            book.TakeBack("extra", Currency.CLP);
            Assert.Equal(before.Open.OrderBy(item => item.Ref).Select(item => (item.Ref, item.Remaining)), book.Head.Open.OrderBy(item => item.Ref).Select(item => (item.Ref, item.Remaining)));
            Assert.Equal(before.Credits, book.Head.Credits);
        });

    [Fact]
    [Trait("Feature", "C8")]
    public void Moving_a_payment_and_moving_it_back_leaves_what_was_there() =>
        Gen.Select(Histories, Gen.Int[1, 200_000]).Sample((steps, amount) =>
        {
            var book = new Book(steps);
            book.Settle("extra", new(amount, Currency.CLP), null);
            var before = book.Head;
            // What it settled of a pay-out stays there.
            var settled = LedgerReader.AllocationsBy("extra", book.Allocations).Where(allocation => !allocation.Item.Ref.StartsWith('O')).ToArray();
            if (before.Credits.All(credit => credit.Ref != "extra") && settled.Length == 0)
                return;
            book.Reallocate("extra", Currency.CLP, []);
            Assert.DoesNotContain(LedgerReader.AllocationsBy("extra", book.Allocations), allocation => !allocation.Item.Ref.StartsWith('O'));
            var portions = settled.Select(allocation => new Portion(allocation.Item.Ref, allocation.Amount)).ToArray();
            book.Post(Money.Zero(Currency.CLP), Start, new Effect.Reallocates(book.Head.Credits.Single(credit => credit.Ref == "extra"), [], portions));
            Assert.Equal(before.Open.OrderBy(item => item.Ref).Select(item => (item.Ref, item.Remaining)), book.Head.Open.OrderBy(item => item.Ref).Select(item => (item.Ref, item.Remaining)));
            Assert.Equal(before.Credits.Select(credit => (credit.Ref, credit.Left)), book.Head.Credits.Select(credit => (credit.Ref, credit.Left)));
        });

    [Fact]
    public void A_pay_out_that_is_taken_back_leaves_the_advances_in_their_order()
    {
        var book = new Book([]);
        book.Settle("P1", new(30m, Currency.TRY), null);
        book.Settle("P2", new(50m, Currency.TRY), null);
        book.PayOut("O1", new(60m, Currency.TRY));
        Assert.Equal([("P2", 20m)], book.Head.Credits.Select(credit => (credit.Ref, credit.Left)));
        book.Undo("O1", Currency.TRY);
        Assert.Equal([("P1", 30m), ("P2", 50m)], book.Head.Credits.Select(credit => (credit.Ref, credit.Left)));
    }

    [Fact]
    public void What_was_paid_out_of_a_payment_is_owed_once_the_payment_is_taken_back()
    {
        var book = new Book([]);
        book.Settle("P1", new(30m, Currency.TRY), null);
        book.PayOut("O1", new(30m, Currency.TRY));
        book.TakeBack("P1", Currency.TRY);
        Assert.Equal(30m, book.Head.ItemOf("O1")?.Remaining);
        book.Undo("O1", Currency.TRY);
        Assert.Empty(book.Head.Open);
        Assert.Empty(book.Head.Credits);
    }

    [Fact]
    public void Advances_settle_the_next_invoice_the_oldest_first()
    {
        var book = new Book([]);
        book.Settle("P1", new(30m, Currency.TRY), null);
        book.Settle("P2", new(50m, Currency.TRY), null);
        book.Settle("P3", new(10m, Currency.USD), null);
        book.Open("I1", new(60m, Currency.TRY), Start);
        Assert.Equal([("P1", 30m), ("P2", 30m)], book.Allocations.Select(allocation => (allocation.Credit, allocation.Amount)));
        Assert.Null(book.Head.ItemOf("I1"));
        Assert.Equal([("P2", 20m), ("P3", 10m)], book.Head.Credits.Select(credit => (credit.Ref, credit.Left)));
    }

    [Fact]
    public void Money_settles_the_oldest_due_first_and_chosen_invoices_in_their_order()
    {
        var book = new Book([]);
        book.Open("late", new(10m, Currency.TRY), Start.AddDays(9));
        book.Open("early", new(10m, Currency.TRY), Start);
        book.Settle("P1", new(5m, Currency.TRY), null);
        book.Settle("P2", new(12m, Currency.TRY), ["late", "gone", "late", "early"]);
        Assert.Equal([("early", 5m), ("late", 10m), ("early", 2m)], book.Allocations.Select(allocation => (allocation.Item.Ref, allocation.Amount)));
    }

    [Fact]
    public void A_posting_that_does_not_sum_to_zero_or_withdraws_what_is_settled_is_refused()
    {
        var book = new Book([]);
        book.Open("I1", new(10m, Currency.TRY), Start);
        book.Settle("P1", new(1m, Currency.TRY), null);
        Assert.Throws<InvalidOperationException>(() => book.Withdraw("I1"));
        var lopsided = new Posting("X", PostingKind.Payment, Currency.TRY, Start, "X", [new("102", 1m)], new Effect.Nothing(), "");
        Assert.Throws<InvalidOperationException>(() => Bookkeeping.Apply(book.Head, lopsided, Chart, Now));
        Assert.Throws<ArgumentException>(() => Bookkeeping.Apply(book.Head, lopsided with { Currency = Currency.CLP, Lines = [new("102", 0.5m), new("100", -0.5m)] }, Chart, Now));
    }

    /// <summary>An account whose history is played in memory.</summary>
    internal sealed class Book
    {
        private readonly Dictionary<string, (Currency Currency, bool Changed)> _items = [];
        private readonly List<string> _credits = [];
        private readonly List<(string Ref, Currency Currency)> _payouts = [];

        private readonly TimeSpan _pace;

        /// <param name="pace">Between two postings, a minute by default: advances go in the order of their instants.</param>
        public Book(IEnumerable<Step> steps, TimeSpan? pace = null)
        {
            _pace = pace ?? TimeSpan.FromMinutes(1);
            foreach (var step in steps)
                Play(step);
        }

        public LedgerHead Head { get; private set; } = Bookkeeping.Empty("C1");
        public List<Posting> Postings { get; } = [];
        public List<Entry> Entries { get; } = [];
        public List<Allocation> Allocations { get; } = [];
        public Dictionary<string, decimal> Totals { get; } = [];

        public void Open(string reference, Money total, DateOnly due)
        {
            (_items[reference], Totals[reference]) = ((total.Currency, false), total.Amount);
            Post(total, due, new Effect.Opens(new(reference, reference, total.Currency.Code, due, due, total.Amount, total.Amount)));
        }

        public void Settle(string reference, Money amount, IReadOnlyList<string>? items)
        {
            _credits.Add(reference + "@" + amount.Currency);
            Post(-amount, Start, new Effect.Settles(new(reference, reference, amount.Currency.Code, Start, amount.Amount), items));
        }

        public void Withdraw(string reference)
        {
            var item = Head.ItemOf(reference)!;
            Post(new(-item.Total, Currency.Of(item.Currency)), Start, new Effect.Withdraws(reference));
            Totals[reference] = 0m;
        }

        public void TakeBack(string reference, Currency currency)
        {
            var made = LedgerReader.Net(Allocations).Where(allocation => allocation.Credit == reference).ToArray();
            var left = Head.Credits.FirstOrDefault(credit => credit.Ref == reference)?.Left ?? 0m;
            Post(new(made.Sum(allocation => allocation.Amount) + left, currency), Start, new Effect.TakesBack(reference, made));
            _credits.RemoveAll(credit => credit.StartsWith(reference + "@", StringComparison.Ordinal));
        }

        public void OpenSeveral(string reference, Money each, int count)
        {
            OpenItem[] items = [.. Enumerable.Range(0, count).Select(i => new OpenItem($"{reference}-{i}", reference, each.Currency.Code, Start, Start.AddDays(i), each.Amount, each.Amount))];
            foreach (var item in items)
                (_items[item.Ref], Totals[item.Ref]) = ((each.Currency, false), item.Total);
            Post(new(each.Amount * count, each.Currency), Start, new Effect.OpensAll(items));
        }

        public void PayOut(string reference, Money amount)
        {
            _payouts.Add((reference, amount.Currency));
            Totals[reference] = amount.Amount;
            Post(amount, Start, new Effect.Opens(new(reference, reference, amount.Currency.Code, Start, Start, amount.Amount, amount.Amount)));
        }

        public void Undo(string reference, Currency currency)
        {
            Post(new(-Totals[reference], currency), Start, new Effect.Undoes(reference, LedgerReader.AllocationsTo(reference, Allocations)));
            Totals[reference] = 0m;
            _payouts.Remove((reference, currency));
        }

        public void Reallocate(string reference, Currency currency, IReadOnlyList<string> items)
        {
            var undone = LedgerReader.AllocationsBy(reference, Allocations).Where(allocation => !_payouts.Exists(payout => payout.Ref == allocation.Item.Ref)).ToArray();
            var waiting = Head.Credits.FirstOrDefault(credit => credit.Ref == reference);
            var left = undone.Sum(allocation => allocation.Amount) + (waiting?.Left ?? 0m);
            var portions = items.Distinct(StringComparer.Ordinal).Select(item => new Portion(item, Math.Floor(left / 2))).Where(portion => portion.Amount > 0m).Take(2);
            Post(Money.Zero(currency), Start, new Effect.Reallocates(new(reference, reference, currency.Code, Start, left, waiting?.At ?? undone.FirstOrDefault()?.CreditAt), undone, [.. portions]));
        }

        private void Change(string reference, Money total)
        {
            _items[reference] = (total.Currency, true);
            var difference = total - new Money(Totals[reference], total.Currency);
            Totals[reference] = total.Amount;
            Post(difference, Start, new Effect.Changes(new(reference, reference, total.Currency.Code, Start, Start, total.Amount, total.Amount)));
        }

        private void Play(Step step)
        {
            var currency = Currencies[step.Currency];
            var amount = new Money(currency.MinorDigits == 0 ? step.Amount : step.Amount / 100m, currency);
            var mine = _items.Where(item => item.Value.Currency == currency).Select(item => item.Key).ToArray();
            var untouched = Head.Open.Where(item => item.Remaining == item.Total && _items.TryGetValue(item.Ref, out var known) && !known.Changed).Select(item => item.Ref).ToArray();
            var open = Head.Open.Select(item => item.Ref).ToArray();
            switch (step.Does)
            {
                case Does.Open:
                    Open($"I{Entries.Count}", amount, Start.AddDays(step.Day));
                    break;
                case Does.SettleOldest when amount.IsPositive:
                    Settle($"P{Entries.Count}", amount, null);
                    break;
                case Does.SettleChosen when amount.IsPositive && open.Length > 0:
                    Settle($"P{Entries.Count}", amount, [open[step.Pick % open.Length], open[step.Day % open.Length]]);
                    break;
                case Does.Withdraw when untouched.Length > 0:
                    Withdraw(untouched[step.Pick % untouched.Length]);
                    break;
                case Does.TakeBack when _credits.Count > 0:
                    var credit = _credits[step.Pick % _credits.Count].Split('@');
                    TakeBack(credit[0], Currency.Of(credit[1]));
                    break;
                case Does.Change when mine.Length > 0 && Totals[mine[step.Pick % mine.Length]] > 0m:
                    Change(mine[step.Pick % mine.Length], amount);
                    break;
                case Does.OpenSeveral when amount.IsPositive:
                    OpenSeveral($"S{Entries.Count}", amount, 1 + (step.Pick % 4));
                    break;
                case Does.PayOut when amount.IsPositive && Head.Credits.Where(waiting => waiting.Currency == currency.Code).Sum(waiting => waiting.Left) >= amount.Amount:
                    PayOut($"O{Entries.Count}", amount);
                    break;
                case Does.Undo when _payouts.Count > 0:
                    var (payout, of) = _payouts[step.Pick % _payouts.Count];
                    Undo(payout, of);
                    break;
                case Does.Reallocate when _credits.Count > 0:
                    var moved = _credits[step.Pick % _credits.Count].Split('@');
                    Reallocate(moved[0], Currency.Of(moved[1]), open.Length == 0 ? [] : [open[step.Pick % open.Length], open[step.Day % open.Length]]);
                    break;
                default:
                    break;
            }
        }

        public void Post(Money receivable, DateOnly on, Effect effect)
        {
            var posting = new Posting(
                $"posting {Postings.Count}", PostingKind.Invoice, receivable.Currency, on, $"D{Postings.Count}",
                [new(Chart.Receivable, receivable.Amount), new(Chart.Sales, -receivable.Amount)], effect, "");
            var booked = Bookkeeping.Apply(Head, posting, Chart, Now + (_pace * Postings.Count));
            Postings.Add(posting);
            Head = booked.Head;
            Entries.Add(booked.Entry);
            Allocations.AddRange(booked.Allocations);
        }
    }
}
