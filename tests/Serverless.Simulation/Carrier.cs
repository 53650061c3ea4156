using System.Net;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Notifications;

namespace Vade.Simulation;

/// <summary>The carrier of e-mail: it takes messages, refuses some, and loses answers. What it took is on its way to a person.</summary>
internal sealed class Carrier(World world)
{
    // Once, and once more where nobody can know (design §2): said here again, and not read from what is checked.
    private const int TimesMax = 2;

    private sealed record Taken(long Step, bool Answered, Process By);

    private readonly Dictionary<string, List<Taken>> taken = new(StringComparer.Ordinal);

    public int Count => taken.Count;

    public int Times(string delivery) => taken.GetValueOrDefault(delivery)?.Count ?? 0;

    /// <summary>
    /// A message is on its way. It may be there already only where nobody could know (design §2), and what it tells
    /// must still be so.
    /// </summary>
    /// <param name="answered">Whether the process hears of it.</param>
    public void Take(string delivery, Process by, bool answered)
    {
        world.Watch.Leaves(delivery, by.LastRead);
        var before = taken.TryGetValue(delivery, out var times) ? times : taken[delivery] = [];
        if (before.Count >= TimesMax)
            throw world.Watch.Reported(new(Invariants.SentOnce, $"the delivery {delivery} left {before.Count + 1} times"));
        // An answer that was heard by a process to which nothing happened since was written down.
        if (before.Any(time => time.Answered && !time.By.IsDead && world.LastFault < time.Step))
            throw world.Watch.Reported(new(Invariants.SentOnce, $"the delivery {delivery} left once more, though it was known to have left"));
        before.Add(new(world.Step, answered, by));
    }
}

/// <summary>
/// Stands where the network is. It answers at once, without a turn of others in between: the client around it goes on
/// by itself otherwise.
/// </summary>
internal sealed class CarrierAdapter(World world, Process process) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        process.MustLive();
        var body = await request.Content!.ReadAsStringAsync(cancellationToken);
        var delivery = IdIn(body);
        switch (world.FaultFor(writes: true))
        {
            case Fault.KilledBefore:
                world.Kill(process);
                throw new KilledException();
            case Fault.KilledAfter:
                world.Carrier.Take(delivery, process, answered: false);
                world.Kill(process);
                throw new KilledException();
            case Fault.LostAnswer:
                world.Carrier.Take(delivery, process, answered: false);
                throw new HttpRequestException("The connection was lost.");
            case Fault.Busy:
                return new(HttpStatusCode.TooManyRequests);
        }

        if (world.Seed.Roll(20))
            return new(HttpStatusCode.BadRequest);
        if (world.Seed.Roll(300))
        {
            world.Suffered();
            world.Carrier.Take(delivery, process, answered: false);
            throw new HttpRequestException("The connection was lost.");
        }

        world.Carrier.Take(delivery, process, answered: true);
        return new(HttpStatusCode.Accepted);
    }

    private static string IdIn(string body)
    {
        const string Mark = "\"" + SendGridSender.DeliveryArgument + "\":\"";
        var from = body.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length;
        return body[from..body.IndexOf('"', from)];
    }
}
