using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>
/// The tables, queues and small blobs of a single machine in one SQLite file (decision 0003). Several processes may share it.
/// A commit that was answered survives a killed process and, when durable, a loss of power.
/// </summary>
public sealed class SqliteStore : ITables, IDisposable
{
    // Sorts above every legal key.
    private const string Top = "\u007f";

    private readonly SqliteFile file;

    /// <param name="file">Made, with its folder, when it is not there. A local disk: SQLite's locks need one.</param>
    /// <param name="clock">Measures the delays and leases of the queues.</param>
    /// <param name="durable">False leaves flushing to the operating system: for tests only.</param>
    /// <param name="patience">How long a write waits for its turn before it is busy; five seconds by default.</param>
    public SqliteStore(string file, TimeProvider clock, bool durable = true, TimeSpan? patience = null)
    {
        this.file = new SqliteFile(file, durable, patience ?? TimeSpan.FromSeconds(5));
        Queues = new SqliteQueues(this.file, clock);
    }

    public SqliteQueues Queues { get; }

    /// <summary>The blobs beside the rows.</summary>
    /// <param name="large">Where those are kept that are too large to stand beside rows.</param>
    public SqliteBlobs Blobs(FileBlobs large) => new(file, large);

    public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation)
    {
        TableRules.CheckPlace(table, partition);
        TableRules.CheckKey(key);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult(file.Read(session =>
        {
            using var reader = session.Query(
                "SELECT rk, version, body, etag FROM entities WHERE tbl = $1 AND pk = $2 AND rk = $3", table, partition, key);
            return reader.Read() ? RowOf(partition, reader) : null;
        }));
    }

    public Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation)
    {
        TableRules.CheckRange(table, partition, limit);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<Row>>(file.Read(session =>
        {
            using var reader = session.Query(
                """
                SELECT rk, version, body, etag FROM entities
                WHERE tbl = $1 AND pk = $2 AND rk >= $3 AND rk < $4 ORDER BY rk LIMIT $5
                """,
                table, partition, range.From, range.To ?? Top, limit);
            var rows = new List<Row>();
            while (reader.Read())
                rows.Add(RowOf(partition, reader));
            return rows;
        }));
    }

    public Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation)
    {
        TableRules.CheckScan(table, after, limit);
        cancellation.ThrowIfCancellationRequested();
        return Task.FromResult<IReadOnlyList<Row>>(file.Read(session =>
        {
            using var reader = session.Query(
                "SELECT rk, version, body, etag, pk FROM entities WHERE tbl = $1 AND (pk, rk) > ($2, $3) ORDER BY pk, rk LIMIT $4",
                table, after?.Partition ?? "", after?.Key ?? "", limit);
            var rows = new List<Row>();
            while (reader.Read())
                rows.Add(RowOf(reader.GetString(4), reader));
            return rows;
        }));
    }

    public Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        TableRules.CheckCommit(table, partition, changes);
        return file.Write(
            session =>
            {
                // RETURNING would say it in one statement, but costs more than the whole rest of a small commit.
                session.Execute("UPDATE etags SET last = last + 1");
                var etag = (long)session.Scalar("SELECT last FROM etags")!;
                foreach (var change in changes)
                {
                    if (!Apply(session, table, partition, change, etag))
                        return false;
                }

                return true;
            },
            cancellation,
            keep: landed => landed);
    }

    public Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        TableRules.CheckRemove(table, partition, keys);
        return keys.Count == 0 ? Task.CompletedTask : file.Write(
            session =>
            {
                foreach (var key in keys)
                    Delete(session, table, partition, key, null);
                return true;
            },
            cancellation);
    }

    public void Dispose() => file.Dispose();

    private static bool Apply(SqliteSession session, string table, string partition, Change change, long etag) => change switch
    {
        Change.Insert insert => session.Execute(
            "INSERT INTO entities (tbl, pk, rk, version, body, etag) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING",
            table, partition, insert.Key, insert.Version, SqliteSession.Bytes(insert.Body), etag) == 1,
        Change.Replace replace => Number(replace.ETag) is { } expected && session.Execute(
            "UPDATE entities SET version = $4, body = $5, etag = $6 WHERE tbl = $1 AND pk = $2 AND rk = $3 AND etag = $7",
            table, partition, replace.Key, replace.Version, SqliteSession.Bytes(replace.Body), etag, expected) == 1,
        Change.Put put => session.Execute(
            """
            INSERT INTO entities (tbl, pk, rk, version, body, etag) VALUES ($1, $2, $3, $4, $5, $6)
            ON CONFLICT DO UPDATE SET version = excluded.version, body = excluded.body, etag = excluded.etag
            """,
            table, partition, put.Key, put.Version, SqliteSession.Bytes(put.Body), etag) == 1,
        Change.Delete delete => delete.ETag is null
            ? Delete(session, table, partition, delete.Key, null)
            : Number(delete.ETag) is { } expected && Delete(session, table, partition, delete.Key, expected),
        _ => throw new ArgumentException($"{change.GetType().Name} is not a change.", nameof(change)),
    };

    private static bool Delete(SqliteSession session, string table, string partition, string key, long? etag) => session.Execute(
        "DELETE FROM entities WHERE tbl = $1 AND pk = $2 AND rk = $3 AND etag = ifnull($4, etag)",
        table, partition, key, etag) == 1;

    private static Row RowOf(string partition, SqliteDataReader reader) => new(
        partition,
        reader.GetString(0),
        reader.GetInt32(1),
        reader.GetFieldValue<byte[]>(2),
        reader.GetInt64(3).ToString(CultureInfo.InvariantCulture));

    // An ETag of another engine's fits no row.
    private static long? Number(string etag) =>
        long.TryParse(etag, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
