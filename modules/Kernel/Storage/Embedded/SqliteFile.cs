using System.Collections.Concurrent;
using Microsoft.Data.Sqlite;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The file that tables and queues share: readers side by side, writers of this process by turns, and writers of
/// other processes kept apart by SQLite's own lock. Writes that wait for their turn at the same time share a
/// transaction (<see cref="WriteTurns"/>), because a commit costs more than most of what is committed.
/// </summary>
internal sealed class SqliteFile : IDisposable
{
    private const int IdleReadersMax = 8;

    // An ETag never comes back, also not when a row is deleted and written anew, so one counter serves all rows.
    // An id never comes back either, so an old receipt can never fit another message.
    private const string Schema = """
        BEGIN IMMEDIATE;
        CREATE TABLE IF NOT EXISTS entities (
          tbl TEXT NOT NULL, pk TEXT NOT NULL, rk TEXT NOT NULL,
          version INTEGER NOT NULL, body BLOB NOT NULL, etag INTEGER NOT NULL,
          PRIMARY KEY (tbl, pk, rk)) WITHOUT ROWID;
        CREATE TABLE IF NOT EXISTS etags (one INTEGER PRIMARY KEY CHECK (one = 1), last INTEGER NOT NULL);
        INSERT INTO etags VALUES (1, 0) ON CONFLICT DO NOTHING;
        CREATE TABLE IF NOT EXISTS blobs (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, content BLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS messages (
          id INTEGER PRIMARY KEY AUTOINCREMENT,
          queue TEXT NOT NULL, body TEXT NOT NULL, enqueued INTEGER NOT NULL,
          due INTEGER NOT NULL, leased INTEGER NOT NULL, deliveries INTEGER NOT NULL);
        CREATE INDEX IF NOT EXISTS messages_of_queue ON messages (queue, due);
        CREATE INDEX IF NOT EXISTS messages_due ON messages (due, leased);
        COMMIT;
        """;

    private readonly ConcurrentBag<SqliteSession> readers = [];
    private readonly WriteTurns turns;
    private readonly string file;
    private readonly bool durable;
    private readonly TimeSpan patience;
    private volatile bool closed;

    public SqliteFile(string file, bool durable, TimeSpan patience)
    {
        (this.file, this.durable, this.patience) = (Path.GetFullPath(file), durable, patience);
        Directory.CreateDirectory(Path.GetDirectoryName(this.file)!);
        var writer = Translated(() =>
        {
            var session = Open();
            try
            {
                session.Execute("PRAGMA journal_mode = WAL");
                session.Execute(Schema);
                return session;
            }
            catch
            {
                session.Dispose();
                throw;
            }
        });
        turns = new WriteTurns(writer, Open, patience);
    }

    /// <summary>Runs a reading function over a session. One statement sees one moment of the file.</summary>
    public T Read<T>(Func<SqliteSession, T> read)
    {
        ObjectDisposedException.ThrowIf(closed, this);
        return Translated(() =>
        {
            var session = readers.TryTake(out var idle) ? idle : Open();
            var answered = false;
            try
            {
                var result = read(session);
                answered = true;
                return result;
            }
            finally
            {
                if (answered && !closed && readers.Count < IdleReadersMax)
                    readers.Add(session);
                else
                    session.Dispose();
            }
        });
    }

    /// <summary>
    /// Runs a writing function; what it did is kept when <paramref name="keep"/> says so of its result, or always. It is
    /// answered when what it did, and everything it may have seen, is on the disk.
    /// </summary>
    public Task<T> Write<T>(Func<SqliteSession, T> write, CancellationToken cancellation, Func<T, bool>? keep = null) =>
        turns.Take(write, keep, cancellation);

    public void Dispose()
    {
        closed = true;
        turns.Dispose();
        while (readers.TryTake(out var reader))
            reader.Dispose();
    }

    private SqliteSession Open() => new(file, durable, patience);

    internal static T Translated<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException busy) when (busy.SqliteErrorCode is SQLitePCL.raw.SQLITE_BUSY or SQLitePCL.raw.SQLITE_LOCKED)
        {
            throw new StoreBusyException("The store's file is locked by another process.", busy);
        }
    }
}
