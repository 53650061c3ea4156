using System.Globalization;
using Vade.Benchmarks;

var size = args.Length > 1 && int.TryParse(args[1], NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : (int?)null;
switch (args.FirstOrDefault())
{
    case "billing":
        await BillingBench.Run(size ?? 2_000);
        return 0;
    case "pdf":
        PdfBench.Run(size ?? 2_000);
        return 0;
    case "simulation":
        return SimulationBench.Run(size ?? 60);
    case null:
        PdfBench.Run(2_000);
        await BillingBench.Run(2_000);
        return 0;
    case var unknown:
        await Console.Error.WriteLineAsync($"There is no benchmark called {unknown}; there are billing, pdf and simulation.");
        return 2;
}
