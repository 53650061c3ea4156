using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Azure;
using Azure.Data.Tables;

namespace Vade.Kernel.Storage.Azure;

/// <summary>
/// The tables of a storage account. A document is cut into binary properties of 64 KiB; a table is made when the
/// first commit finds none. Reading is retried by the SDK. A commit is not, because it would hide what it did: a
/// commit whose answer was lost finds its own rows when it is sent again, and to say "somebody else was there"
/// then would be a lie (<see cref="Commit"/>).
/// </summary>
/// <param name="reading">Retries by itself.</param>
/// <param name="committing">Sends once.</param>
public sealed class AzureTables(TableServiceClient reading, TableServiceClient committing) : ITables
{
    private const string Missing = "TableNotFound";
    private const string VersionName = "V";
    private const int TriesMax = 4;
    private const int FirstPauseMs = 200;
    private const int DeletesAtOnce = 8;
    private static readonly string[] BodyNames =
        [.. Enumerable.Range(0, TableLimits.BodyBytesMax / TableLimits.PropertyBytesMax).Select(i => "B" + i.ToString(CultureInfo.InvariantCulture))];

    public Task<Row?> Find(string table, string partition, string key, CancellationToken cancellation)
    {
        TableRules.CheckPlace(table, partition);
        TableRules.CheckKey(key);
        return AzureCall.Run(
            "A table",
            async () =>
            {
                var found = await reading.GetTableClient(table).GetEntityIfExistsAsync<TableEntity>(partition, key, cancellationToken: cancellation);
                return found.HasValue ? RowOf(found.Value!) : null;
            },
            cancellation);
    }

    public async Task<IReadOnlyList<Row>> Range(string table, string partition, KeyRange range, int limit, CancellationToken cancellation)
    {
        TableRules.CheckRange(table, partition, limit);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {partition} and RowKey ge {range.From}");
        return await Query(table, range.To is null ? filter : filter + TableClient.CreateQueryFilter($" and RowKey lt {range.To}"), limit, cancellation);
    }

    public async Task<IReadOnlyList<Row>> Scan(string table, RowPlace? after, int limit, CancellationToken cancellation)
    {
        TableRules.CheckScan(table, after, limit);
        if (after is not { } place)
            return await Page(table, null, limit, cancellation);

        // Asked with an "or", Azure would read the table from its beginning for every page.
        return await Page(table, TableClient.CreateQueryFilter($"PartitionKey eq {place.Partition} and RowKey gt {place.Key}"), limit, cancellation) is { Count: > 0 } rest
            ? rest
            : await Page(table, TableClient.CreateQueryFilter($"PartitionKey gt {place.Partition}"), limit, cancellation);
    }

    /// <summary>
    /// Sent again when Azure is throttled or no answer came. False is said only of the first time: who is refused
    /// after a lost answer may have been refused by his own rows, so he hears that nothing is known.
    /// </summary>
    public async Task<bool> Commit(string table, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        TableRules.CheckCommit(table, partition, changes);
        if (changes.Any(change => EtagOf(change) is { } etag && !IsOurs(etag)))
            return false;

        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await AzureCall.Run(
                    "A table",
                    async () =>
                    {
                        await Send(committing.GetTableClient(table), partition, changes, cancellation);
                        return true;
                    },
                    Missing,
                    () => reading.CreateTableIfNotExistsAsync(table, cancellation),
                    cancellation);
            }
            catch (RequestFailedException conflict) when (conflict.Status is 404 or 409 or 412)
            {
                if (attempt == 1)
                    return false;
                throw new StoreBusyException("The answer to a commit was lost, and it is not known whether it landed.", conflict);
            }
            catch (StoreBusyException) when (attempt < TriesMax)
            {
                await Task.Delay(RandomNumberGenerator.GetInt32(1, FirstPauseMs << attempt), cancellation);
            }
        }
    }

    public async Task Remove(string table, string partition, IReadOnlyList<string> keys, CancellationToken cancellation)
    {
        TableRules.CheckRemove(table, partition, keys);
        var client = reading.GetTableClient(table);
        foreach (var some in keys.Distinct(StringComparer.Ordinal).Chunk(TableLimits.ChangesMax))
        {
            await AzureCall.Run(
                "A table",
                async () =>
                {
                    await Remove(client, partition, some, cancellation);
                    return true;
                },
                cancellation);
        }
    }

    // Together they are one call; a row that is not there fails them all, and then each goes alone.
    private static async Task Remove(TableClient client, string partition, string[] keys, CancellationToken cancellation)
    {
        try
        {
            await client.SubmitTransactionAsync(
                keys.Select(key => new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(partition, key), ETag.All)), cancellation);
        }
        catch (RequestFailedException absent) when (absent.Status == 404)
        {
            if (keys.Length == 1 || absent.ErrorCode == Missing)
                return;
            await Parallel.ForEachAsync(
                keys.Chunk(1),
                new ParallelOptions { MaxDegreeOfParallelism = DeletesAtOnce, CancellationToken = cancellation },
                async (key, stop) => await Remove(client, partition, key, stop));
        }
    }

    // What one request answers, so that its rows are of one moment. Azure may answer with none and say that there are more.
    private Task<IReadOnlyList<Row>> Page(string table, string? filter, int limit, CancellationToken cancellation) => AzureCall.Run<IReadOnlyList<Row>>(
        "A table",
        async () =>
        {
            try
            {
                await foreach (var page in reading.GetTableClient(table).QueryAsync<TableEntity>(filter, limit, cancellationToken: cancellation).AsPages())
                {
                    if (page.Values.Count > 0)
                        return [.. page.Values.Select(RowOf)];
                }
            }
            catch (RequestFailedException absent) when (absent.ErrorCode == Missing)
            {
                // Nothing was ever written there.
            }

            return [];
        },
        cancellation);

    private Task<IReadOnlyList<Row>> Query(string table, string? filter, int limit, CancellationToken cancellation) => AzureCall.Run<IReadOnlyList<Row>>(
        "A table",
        async () =>
        {
            var rows = new List<Row>();
            try
            {
                // Azure may end a page early; then the next one is asked for.
                await foreach (var entity in reading.GetTableClient(table).QueryAsync<TableEntity>(filter, limit, cancellationToken: cancellation))
                {
                    rows.Add(RowOf(entity));
                    if (rows.Count == limit)
                        break;
                }
            }
            catch (RequestFailedException absent) when (absent.ErrorCode == Missing)
            {
                // Nothing was ever written there.
            }

            return rows;
        },
        cancellation);

    private static async Task Send(TableClient client, string partition, IReadOnlyList<Change> changes, CancellationToken cancellation)
    {
        // One change costs less as a request of its own than as a transaction. Its deletion is not one: alone, the
        // SDK takes a row that is not there for a success.
        if (changes is [not Change.Delete and var only])
        {
            var entity = EntityOf(partition, only);
            await (only switch
            {
                Change.Insert => client.AddEntityAsync(entity, cancellation),
                Change.Replace replace => client.UpdateEntityAsync(entity, new ETag(replace.ETag), TableUpdateMode.Replace, cancellation),
                _ => client.UpsertEntityAsync(entity, TableUpdateMode.Replace, cancellation),
            });
            return;
        }

        await client.SubmitTransactionAsync(
            changes.Select(change => new TableTransactionAction(
                change switch
                {
                    Change.Insert => TableTransactionActionType.Add,
                    Change.Replace => TableTransactionActionType.UpdateReplace,
                    Change.Put => TableTransactionActionType.UpsertReplace,
                    _ => TableTransactionActionType.Delete,
                },
                EntityOf(partition, change),
                EtagOf(change) is { } etag ? new ETag(etag) : change is Change.Delete ? ETag.All : default)),
            cancellation);
    }

    private static TableEntity EntityOf(string partition, Change change)
    {
        var (version, body) = change switch
        {
            Change.Insert insert => (insert.Version, insert.Body),
            Change.Replace replace => (replace.Version, replace.Body),
            Change.Put put => (put.Version, put.Body),
            _ => (0, default),
        };
        var entity = new TableEntity(partition, change.Key);
        if (version == 0)
            return entity;

        entity[VersionName] = version;
        for (var i = 0; i * TableLimits.PropertyBytesMax < body.Length; i++)
        {
            var start = i * TableLimits.PropertyBytesMax;
            entity[BodyNames[i]] = Bytes(body.Slice(start, Math.Min(TableLimits.PropertyBytesMax, body.Length - start)));
        }

        return entity;
    }

    private static Row RowOf(TableEntity entity)
    {
        var parts = BodyNames.Select(entity.GetBinary).TakeWhile(part => part is not null).ToArray();
        return new(
            entity.PartitionKey,
            entity.RowKey,
            entity.GetInt32(VersionName) ?? throw new InvalidDataException($"The row {entity.PartitionKey} {entity.RowKey} was not written by this app."),
            parts is [var only] ? only : Joined(parts!),
            entity.ETag.ToString());
    }

    private static byte[] Joined(byte[][] parts)
    {
        var body = new byte[parts.Sum(part => part.Length)];
        var written = 0;
        foreach (var part in parts)
        {
            part.CopyTo(body, written);
            written += part.Length;
        }

        return body;
    }

    private static string? EtagOf(Change change) => change switch
    {
        Change.Replace replace => replace.ETag,
        Change.Delete delete => delete.ETag,
        _ => null,
    };

    // An ETag of another engine's fits no row; Azure would call it malformed.
    private static bool IsOurs(string etag) => etag.StartsWith("W/\"", StringComparison.Ordinal) && etag.IndexOf('"', 3) == etag.Length - 1;

    private static byte[] Bytes(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var segment) && segment.Array is { } array && array.Length == segment.Count
            ? array
            : body.ToArray();
}
