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
    case "page":
        await PageBench.Run(size ?? 500);
        return 0;
    case "start":
        return await StartBench.Run(size ?? 5);
    case "webhook":
        await WebhookBench.Run(size ?? 2_000);
        return 0;
    case "operations":
        await OperationsBench.Run(size ?? 1_000);
        return 0;
    case "lists":
        await ListsBench.Run(size ?? 100_000);
        return 0;
    case "preview":
        await PreviewBench.Run(size ?? 10_000);
        return 0;
    case null:
        PdfBench.Run(2_000);
        await PageBench.Run(500);
        await OperationsBench.Run(1_000);
        await BillingBench.Run(2_000);
        return 0;
    case var unknown:
        await Console.Error.WriteLineAsync($"There is no benchmark called {unknown}; there are billing, pdf, page, start, webhook, operations, lists, preview and simulation.");
        return 2;
}
