using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using System.Threading.Channels;

namespace Vade.Tests.Hosting;

/// <summary>
/// The built executable as a process of its own, on a free port over a data folder: for end-to-end and crash tests.
/// <c>VADE_EXECUTABLE</c> names another one to test, such as the published package's.
/// </summary>
public sealed class AppProcess : IAsyncDisposable
{
    public const string Key = "test-key-of-all-scopes";
    private const string Listening = "Now listening on: ";
    private static readonly TimeSpan StartTimeMax = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly StringBuilder _output;
    private readonly bool _ownsData;

    private AppProcess(Process process, StringBuilder output, Uri address, string data, bool ownsData)
    {
        (_process, _output, Address, Data, _ownsData) = (process, output, address, data, ownsData);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, UseProxy = false }) { BaseAddress = address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    public static string Executable =>
        Environment.GetEnvironmentVariable("VADE_EXECUTABLE") ?? Path.Combine(AppContext.BaseDirectory, "vade");

    public Uri Address { get; }

    /// <summary>The data folder; give it to another process to share it, or to start again over it.</summary>
    public string Data { get; }

    /// <summary>Calls the app, with the API key, following no redirects.</summary>
    public HttpClient Client { get; }

    /// <summary>Everything it has written so far to its output and its errors.</summary>
    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it, in sandbox mode unless the environment says otherwise, and waits until it can serve.</summary>
    /// <param name="data">An existing data folder; by default a new one that goes with the process.</param>
    /// <param name="environment">More configuration, such as ("Vade__Host__Functions", "queues").</param>
    /// <exception cref="InvalidOperationException">It ended, or said nothing for a minute; the message holds its output.</exception>
    public static async Task<AppProcess> Start(string? data = null, params (string Name, string Value)[] environment)
    {
        var folder = data ?? NewFolder();
        var (process, lines, output) = Launch(folder, environment);
        using var limit = new CancellationTokenSource(StartTimeMax);
        try
        {
            await foreach (var line in lines.ReadAllAsync(limit.Token))
            {
                if (line.StartsWith(Listening, StringComparison.Ordinal))
                    return new(process, output, new Uri(line[Listening.Length..]), folder, ownsData: data is null);
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
        }

        await process.WaitForExitAsync();
        lock (output)
            throw new InvalidOperationException($"The app did not start (exit code {process.ExitCode}): {output}");
    }

    /// <summary>Runs it with a configuration that it is to refuse, until it ends.</summary>
    /// <returns>Its exit code and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunToEnd(params (string Name, string Value)[] environment)
    {
        var folder = NewFolder();
        var (process, lines, output) = Launch(folder, environment);
        using (process)
        {
            using var limit = new CancellationTokenSource(StartTimeMax);
            await foreach (var _ in lines.ReadAllAsync(limit.Token))
            {
            }

            await process.WaitForExitAsync(limit.Token);
            Directory.Delete(folder, recursive: true);
            return (process.ExitCode, output.ToString());
        }
    }

    /// <summary>Runs one of its commands until it ends.</summary>
    /// <returns>Its exit code and what it wrote.</returns>
    public static async Task<(int ExitCode, string Output)> RunCommand(params string[] arguments)
    {
        var start = new ProcessStartInfo(Executable, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        using var limit = new CancellationTokenSource(StartTimeMax);
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(limit.Token), process.StandardError.ReadToEndAsync(limit.Token));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, await output + await errors);
    }

    /// <summary>Kills it as the Functions host does: no warning, nothing flushed. The data stays.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
        if (_ownsData)
            Directory.Delete(Data, recursive: true);
    }

    private static string NewFolder() => Directory.CreateTempSubdirectory("vade-").FullName;

    private static (Process Process, ChannelReader<string> Lines, StringBuilder Output) Launch(string data, (string Name, string Value)[] environment)
    {
        // A free port, unless the test names one: links of an app that is started again must still lead to it.
        string[] port = environment.Any(entry => entry.Name == "Vade__Port") ? [] : ["--port", "0"];
        var start = new ProcessStartInfo(Executable, [.. port, "--data", data])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = data,
        };
        start.Environment["Vade__Sandbox"] = "true";
        start.Environment["Vade__ApiKey"] = Key;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var lines = Channel.CreateUnbounded<string>();
        var output = new StringBuilder();
        var process = new Process { StartInfo = start, EnableRaisingEvents = true };
        var open = 2;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return (process, lines.Reader, output);

        void Take(string? line)
        {
            if (line is null)
            {
                if (Interlocked.Decrement(ref open) == 0)
                    lines.Writer.Complete();
                return;
            }

            lock (output)
                output.AppendLine(line);
            lines.Writer.TryWrite(line);
        }
    }
}
