namespace Vade.Simulation;

/// <summary>What must hold in every world, whatever went wrong in it. The names stand in reports and in the list of mutations.</summary>
internal static class Invariants
{
    // Looked at with every commit.
    public const string LedgerSums = "the lines of an entry sum to zero";
    public const string EntriesStand = "entries stand for ever, in one unbroken chain";
    public const string LedgerIsOpenItems = "a balance equals the open items less the advances";
    public const string WriteOffsFit = "a write-off closes no more than was open";
    public const string PayoutsFit = "a pay-out takes no more than the advance";
    public const string PaymentsWhole = "what a payment settles, closes and leaves is the payment";
    public const string MergedIsEmpty = "a merged account holds nothing open";
    public const string PostedOnce = "nothing is posted twice";
    public const string InvoicesStand = "an issued invoice never changes, but for being cancelled";
    public const string NumberedOnce = "a number belongs to one document";
    public const string PeriodOnce = "each due period is invoiced exactly once";
    public const string AskedOnce = "a customer is sent to the bank with one order at a time for an invoice";
    public const string SentOnce = "no message leaves twice, but where nobody can know";
    public const string ReasonStands = "no message leaves after its reason is gone";

    // Looked at when everything has come to its end.
    public const string QueuesEmpty = "every queue empties";
    public const string NothingGivenUp = "nothing is given up";
    public const string NothingUnfinished = "nothing is left half done";
    public const string NothingForgotten = "no due period is forgotten";
    public const string NumbersWithoutGap = "numbers have no gap and follow the dates";
    public const string MoneyIsBooked = "money that was taken is booked once, and no other";
    public const string MovesArrive = "what moves between two records of a customer arrives, once";
    public const string PromisesKept = "what was answered for stays done, once";
    public const string NobodyForgotten = "everybody is told";
    public const string Restores = "a restored organisation equals the exported one, row by row";
    public const string ProjectionsAgree = "projections equal the accounts";
}
