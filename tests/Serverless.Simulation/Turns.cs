namespace Vade.Simulation;

/// <summary>
/// The work of one process that could go on now. Nothing goes on by itself: the world gives turns, one at a time, on
/// its own thread, so that it alone decides what happens before what.
/// </summary>
internal sealed class Turns : TaskScheduler
{
    private readonly List<Task> waiting = [];
    private bool isTurn;

    public int Waiting => waiting.Count;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>Lets the task at this place go on until it next waits for something.</summary>
    public void Give(int place)
    {
        var task = waiting[place];
        waiting[place] = waiting[^1];
        waiting.RemoveAt(waiting.Count - 1);
        isTurn = true;
        try
        {
            TryExecuteTask(task);
        }
        finally
        {
            isTurn = false;
        }
    }

    /// <summary>Starts work of this process; it begins with its first turn.</summary>
    public Task Start(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    protected override void QueueTask(Task task) => waiting.Add(task);

    // What completes within a turn may go on in it; what a timer or another process completes waits for its own.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) =>
        isTurn && !taskWasPreviouslyQueued && Current == this && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => waiting;
}
