using System.Diagnostics;
using System.Text.Json;
using Vade.Accounts;
using Vade.Billing;
using Vade.Kernel;

namespace Vade.Benchmarks;

/// <summary>
/// From the start of the published process to its first answer and its first pay page, over the data of a small office.
/// The median and the best of several starts; CPU time is the process's own until the page is sent.
/// </summary>
internal static class StartBench
{
    private const string Listening = "Now listening on: ";
    private static readonly string[] Packages = ["package", "package-composite"];

    private sealed record Start(double AnswerMs, double PageMs, double CpuMs, double MemoryMb);

    private sealed record Result(double AnswerMs, double BestAnswerMs, double PageMs, double CpuMs, double MemoryMb, double FolderMb);

    public static async Task<int> Run(int times)
    {
        var artifacts = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../.."));
        var executables = Packages.Select(package => (Name: package, File: Path.Combine(artifacts, package, "vade"))).Where(one => File.Exists(one.File)).ToArray();
        if (executables.Length == 0)
        {
            await Console.Error.WriteLineAsync("There is no published package; ./dev publish makes one.");
            return 2;
        }

        var data = Directory.CreateTempSubdirectory("vade-bench-").FullName;
        try
        {
            var page = await Prepare(data);
            var starts = executables.ToDictionary(one => one.Name, _ => new List<Start>());
            // By turns, so that what else the machine does meets all alike; the first of each fills the caches.
            for (var i = 0; i <= times; i++)
            {
                foreach (var (name, file) in executables)
                {
                    var start = await Once(file, data, page);
                    if (i > 0)
                        starts[name].Add(start);
                }
            }

            Tell(executables.ToDictionary(one => one.Name, one => Sum(starts[one.Name], Path.GetDirectoryName(one.File)!)));
            return 0;
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    /// <summary>An office with an invoice in the folder; the path of its page.</summary>
    private static async Task<string> Prepare(string data)
    {
        await using var office = await Office.Open(data);
        var customer = ((CustomerSaved.Kept)await office.Get<SaveCustomer>().Save("C1", new("Müşteri A.Ş."), default)).Customer;
        var invoice = ((ManualOutcome.Issued)await office.Get<ManualInvoices>().Create(
            customer, "1", [new("Danışmanlık", 1m, 1250m, 20m)], Currency.Of("TRY"), null, "", default)).Invoice;
        return "/p/" + office.Get<PayLinks>().Token(PayLinks.ToInvoice(customer, invoice.Ref));
    }

    private static async Task<Start> Once(string executable, string data, string page)
    {
        var since = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo(executable, ["--port", "0", "--data", data, "--Vade:Sandbox", "true", "--Vade:Host:Functions", "http"])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
        try
        {
            while (await process.StandardOutput.ReadLineAsync() is { } line)
            {
                if (!line.StartsWith(Listening, StringComparison.Ordinal))
                    continue;
                using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(line[Listening.Length..]) };
                await client.GetStringAsync("/health");
                var answer = Stopwatch.GetElapsedTime(since);
                await client.GetStringAsync(page);
                var shown = Stopwatch.GetElapsedTime(since);
                process.Refresh();
                return new(
                    answer.TotalMilliseconds, shown.TotalMilliseconds, process.TotalProcessorTime.TotalMilliseconds, process.WorkingSet64 / (1024.0 * 1024.0));
            }

            throw new InvalidOperationException($"{executable} ended before it listened.");
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
            await process.WaitForExitAsync();
        }
    }

    private static Result Sum(List<Start> starts, string folder) => new(
        Median(starts, start => start.AnswerMs), Math.Round(starts.Min(start => start.AnswerMs)), Median(starts, start => start.PageMs),
        Median(starts, start => start.CpuMs), Median(starts, start => start.MemoryMb),
        Math.Round(Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Sum(file => new FileInfo(file).Length) / (1024.0 * 1024.0)));

    private static double Median(List<Start> starts, Func<Start, double> of) => Math.Round(starts.Select(of).Order().ElementAt(starts.Count / 2));

    private static void Tell(Dictionary<string, Result> results)
    {
        Report.Table(
            ["package", "first answer ms", "best", "first page ms", "CPU ms", "memory MB", "folder MB"],
            results.Select(one => new[]
            {
                one.Key, Report.Number(one.Value.AnswerMs, 0), Report.Number(one.Value.BestAnswerMs, 0), Report.Number(one.Value.PageMs, 0),
                Report.Number(one.Value.CpuMs, 0), Report.Number(one.Value.MemoryMb, 0), Report.Number(one.Value.FolderMb, 0),
            }));
        Console.WriteLine(JsonSerializer.Serialize(results, JsonSerializerOptions.Web));
    }
}
