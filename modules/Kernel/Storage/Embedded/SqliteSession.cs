using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;

namespace Vade.Kernel.Storage.Embedded;

/// <summary>One connection and the statements it has prepared. Used by one thread at a time.</summary>
internal sealed class SqliteSession : IDisposable
{
    // 16 MiB of log. Pages that many commits write, such as those of the queues, go into the file once for all of them.
    private const int CheckpointPages = 4_000;

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);

    public SqliteSession(string file, bool durable, TimeSpan patience)
    {
        connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false,
            // Zero would mean for ever. The driver looks at it only after SQLite's own busy timeout.
            DefaultTimeout = Math.Max(1, (int)patience.TotalSeconds),
        }.ToString());
        try
        {
            connection.Open();
            Execute($"PRAGMA busy_timeout = {(int)patience.TotalMilliseconds}");
            Execute($"PRAGMA wal_autocheckpoint = {CheckpointPages}");
            Execute($"PRAGMA synchronous = {(durable ? "FULL" : "OFF")}");
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Runs the statement with values for $1, $2 …; answers how many rows it changed.</summary>
    public int Execute(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>The first column of the first row, or null.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) =>
        Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>The caller disposes the reader before it runs the same statement again.</summary>
    public SqliteDataReader Query(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteReader();

    /// <summary>The bytes as a value to bind, copied only where they are a part of something larger.</summary>
    public static byte[] Bytes(ReadOnlyMemory<byte> body) =>
        MemoryMarshal.TryGetArray(body, out var segment) && segment.Array is { } array && array.Length == segment.Count
            ? array
            : body.ToArray();

    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Every text is a constant of this folder; what comes from outside is bound.
            command.CommandText = sql;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter($"${i}", null));
            commands.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
