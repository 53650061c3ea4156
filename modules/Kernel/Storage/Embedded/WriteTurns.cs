using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Microsoft.Data.Sqlite;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The writers of one process over one file. Whoever comes while nobody writes waits for nobody; those who come in the
/// meantime are run together in the next transaction, in the order they came, and flushed to the disk once. Each of
/// them stands in a savepoint, so that one which fails or is refused takes back only its own work. All are answered
/// after the commit, the refused ones too, since what refused them may be in the same transaction; where the commit
/// fails, all fail.
/// </summary>
/// <param name="first">The session to write with; one in which a transaction failed is closed and followed by another.</param>
/// <param name="patience">Whoever has waited longer than this for a turn is told that the store is busy.</param>
internal sealed class WriteTurns(SqliteSession first, Func<SqliteSession> open, TimeSpan patience) : IDisposable
{
    // Bounds how long the first of a group waits for the last of it.
    private const int GroupMax = 64;

    private readonly ConcurrentQueue<Turn> waiting = new();
    private readonly SemaphoreSlim writing = new(1);
    private SqliteSession? session = first;
    private volatile bool closed;

    /// <summary>Runs the function in its turn. Cancelled while it waits, it is not run; once it runs, it is answered.</summary>
    public Task<T> Take<T>(Func<SqliteSession, T> write, Func<T, bool>? keep, CancellationToken cancellation)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        if (cancellation.IsCancellationRequested)
            return Task.FromCanceled<T>(cancellation);
        var turn = new Turn<T>(write, keep, cancellation);
        waiting.Enqueue(turn);
        if (writing.Wait(0, CancellationToken.None))
            Queue();
        return turn.Answer;
    }

    public void Dispose()
    {
        closed = true;
        writing.Wait();
        session?.Dispose();
        session = null;
        while (waiting.TryDequeue(out var turn))
            turn.Fail(new ObjectDisposedException(nameof(SqliteStore)));
        writing.Release();
    }

    // One group, and then back to the end of the pool's queue: those who were just answered come first, and what they
    // write next joins the next group. Whoever finds nobody waiting looks once more after it has let go: a turn that
    // came in between found the writing taken and relies on that.
    private void Write()
    {
        if (NextGroup() is { Count: > 0 } group)
            Run(group);
        if (waiting.IsEmpty)
        {
            writing.Release();
            if (waiting.IsEmpty || !writing.Wait(0))
                return;
        }

        Queue();
    }

    private void Queue() => ThreadPool.UnsafeQueueUserWorkItem(static turns => turns.Write(), this, preferLocal: false);

    private List<Turn> NextGroup()
    {
        var group = new List<Turn>();
        while (group.Count < GroupMax && waiting.TryDequeue(out var turn))
        {
            if (closed)
                turn.Fail(new ObjectDisposedException(nameof(SqliteStore)));
            else if (turn.Waited > patience)
                turn.Fail(new StoreBusyException($"No turn to write within {patience}."));
            else if (turn.Begin())
                group.Add(turn);
        }

        return group;
    }

    private void Run(List<Turn> group)
    {
        var current = session;
        session = null;
        try
        {
            SqliteFile.Translated(() => session = Commit(current ??= open(), group));
        }
        catch (Exception problem)
        {
            current?.Dispose();
            foreach (var turn in group)
                turn.Fail(problem);
            return;
        }

        foreach (var turn in group)
            turn.Tell();
    }

    private static SqliteSession Commit(SqliteSession session, List<Turn> group)
    {
        session.Execute("BEGIN IMMEDIATE");
        var keeps = false;
        foreach (var turn in group)
            keeps |= group.Count == 1 ? turn.Run(session) : RunInside(session, turn);
        session.Execute(keeps ? "COMMIT" : "ROLLBACK");
        return session;
    }

    private static bool RunInside(SqliteSession session, Turn turn)
    {
        session.Execute("SAVEPOINT turn");
        var keeps = turn.Run(session);
        try
        {
            if (!keeps)
                session.Execute("ROLLBACK TO turn");
        }
        catch (SqliteException) when (turn.Problem is { } grave)
        {
            // A full disk and the like end the whole transaction, so there is nothing to go back to: all fail by it.
            ExceptionDispatchInfo.Throw(grave);
        }

        session.Execute("RELEASE turn");
        return keeps;
    }

    private abstract class Turn
    {
        private readonly long since = Stopwatch.GetTimestamp();

        /// <summary>What its function threw.</summary>
        public Exception? Problem { get; protected set; }

        public TimeSpan Waited => Stopwatch.GetElapsedTime(since);

        /// <summary>Whether it is still wanted; from now on it cannot be cancelled.</summary>
        public abstract bool Begin();

        /// <summary>Whether what it did is to be kept.</summary>
        public abstract bool Run(SqliteSession session);

        /// <summary>Its transaction has ended well.</summary>
        public abstract void Tell();

        public abstract void Fail(Exception problem);
    }

    private sealed class Turn<T> : Turn
    {
        private readonly TaskCompletionSource<T> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Func<SqliteSession, T> write;
        private readonly Func<T, bool>? keep;
        private readonly CancellationTokenRegistration cancelling;
        private T result = default!;

        public Turn(Func<SqliteSession, T> write, Func<T, bool>? keep, CancellationToken cancellation)
        {
            (this.write, this.keep) = (write, keep);
            cancelling = cancellation.UnsafeRegister(static (turn, token) => ((Turn<T>)turn!).answer.TrySetCanceled(token), this);
        }

        public Task<T> Answer => answer.Task;

        public override bool Begin()
        {
            // Disposing waits for a cancellation that is under way, so it has either happened or cannot any more.
            cancelling.Dispose();
            return !answer.Task.IsCompleted;
        }

        public override bool Run(SqliteSession session)
        {
            try
            {
                result = write(session);
                return keep is null || keep(result);
            }
            catch (Exception failed)
            {
                Problem = failed;
                return false;
            }
        }

        public override void Tell()
        {
            if (Problem is null)
                answer.TrySetResult(result);
            else
                answer.TrySetException(Problem);
        }

        public override void Fail(Exception reason)
        {
            cancelling.Dispose();
            answer.TrySetException(Problem ?? reason);
        }
    }
}
