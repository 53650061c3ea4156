namespace Vade.Functions.Hosting;

/// <summary>
/// The port is bound before the store is opened, because the Functions host gives a process thirty seconds and
/// asks <c>GET /</c> every 25 ms until something answers (facts: functions-host §1). That question is answered at
/// once; every other request waits until the app can serve.
/// </summary>
internal sealed class StartupGate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Open() => _open.TrySetResult();

    public async Task Pass(HttpContext context, RequestDelegate next)
    {
        // A customer's request for the first page carries an invocation id, the host's own question does not.
        if (!_open.Task.IsCompleted
            && HttpMethods.IsGet(context.Request.Method)
            && context.Request.Path == "/"
            && !context.Request.Headers.ContainsKey(InvocationGuard.InvocationHeader))
        {
            await context.Response.WriteAsync("Starting.", context.RequestAborted);
            return;
        }

        await _open.Task.WaitAsync(context.RequestAborted);
        await next(context);
    }
}
