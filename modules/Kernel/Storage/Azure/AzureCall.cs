using Azure;
using Azure.Identity;

namespace Vade.Kernel.Storage.Azure;

/// <summary>What the calls to Azure's services have in common, whichever service it is.</summary>
internal static class AzureCall
{
    /// <summary>What the service or the network could not do in time becomes a <see cref="StoreBusyException"/>.</summary>
    public static async Task<T> Run<T>(string what, Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception problem) when (IsBusy(problem, cancellation))
        {
            throw Busy(what, problem);
        }
    }

    /// <summary>
    /// The same for what may meet a table, container or queue that does not exist yet: it is made then, and costs
    /// nothing from there on.
    /// </summary>
    /// <param name="missing">The service's code for that, such as <c>TableNotFound</c>.</param>
    public static Task<T> Run<T>(string what, Func<Task<T>> call, string missing, Func<Task> make, CancellationToken cancellation) => Run(
        what,
        async () =>
        {
            try
            {
                return await call();
            }
            catch (RequestFailedException absent) when (absent.ErrorCode == missing)
            {
                await make();
                return await call();
            }
        },
        cancellation);

    /// <summary>Whether the service was throttled, timed out or could not be reached, so that trying later may help.</summary>
    public static bool IsBusy(Exception problem, CancellationToken cancellation) => problem switch
    {
        // Zero: no answer came at all.
        RequestFailedException failed => failed.Status is 0 or 408 or 429 or 500 or 502 or 503 or 504,
        AggregateException tries => tries.InnerExceptions.All(one => IsBusy(one, cancellation)),
        OperationCanceledException => !cancellation.IsCancellationRequested,
        IOException => true,
        _ => false,
    };

    /// <summary>What kept a first call from being answered, as the end of a sentence without secrets; null for nothing.</summary>
    public static async Task<string?> Problem<T>(
        string what, TimeSpan limit, Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limited.CancelAfter(limit);
        try
        {
            await call(limited.Token);
            return null;
        }
        catch (RequestFailedException refused) when (!IsBusy(refused, cancellation))
        {
            return $"its {what} answered {refused.Status} {refused.ErrorCode}".TrimEnd();
        }
        catch (AuthenticationFailedException)
        {
            return $"its {what} need an identity, and this app was given none";
        }
        catch (Exception unreachable) when (unreachable is StoreBusyException || IsBusy(unreachable, cancellation))
        {
            return $"its {what} cannot be reached";
        }
    }

    private static StoreBusyException Busy(string what, Exception problem) =>
        new($"{what} of Azure's storage did not answer in time, or refused for now.", problem);
}
