namespace Vade.Simulation;

/// <summary>
/// Threads beside the pool, one for each processor. Worlds are computed for minutes without a pause; on the pool's
/// few threads whatever else the process does would wait for them.
/// </summary>
internal static class Workers
{
    /// <param name="work">Whether to go on after this item; what was begun elsewhere is ended all the same.</param>
    public static void ForEach<T>(IEnumerable<T> items, Func<T, bool> work)
    {
        using var coming = items.GetEnumerator();
        var (gate, ended, problem) = (new Lock(), false, (Exception?)null);
        var threads = Enumerable.Range(0, Environment.ProcessorCount).Select(_ => new Thread(Work) { IsBackground = true }).ToArray();
        foreach (var thread in threads)
            thread.Start();
        foreach (var thread in threads)
            thread.Join();
        if (problem is not null)
            throw new InvalidOperationException("A worker failed.", problem);

        void Work()
        {
            try
            {
                while (Next(out var item))
                {
                    if (!work(item))
                        ended = true;
                }
            }
            catch (Exception failed)
            {
                (problem, ended) = (failed, true);
            }
        }

        bool Next(out T item)
        {
            lock (gate)
            {
                var there = !ended && coming.MoveNext();
                item = there ? coming.Current : default!;
                return there;
            }
        }
    }
}
