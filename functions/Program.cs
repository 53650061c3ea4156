using Vade.Accounts;
using Vade.Functions;

// An exit code of zero would tell the Functions host that we meant to end, and it would never start us again
// (facts: functions-host trap 6).
const int NotGenuine = 1;
const int Refused = 2;
const int Failed = 3;

try
{
    if (args is ["restore", .. var options])
    {
        await RestoreCommand.Run(options, CancellationToken.None);
        return 0;
    }

    if (args is ["verify", .. var files])
        return await VerifyCommand.Run(files, Console.Out, CancellationToken.None) ? 0 : NotGenuine;

    await using var host = await VadeHost.Start(args);
    Console.WriteLine($"Now listening on: {host.Address.GetLeftPart(UriPartial.Authority)}");
    if (await host.WelcomeLink() is { } welcome)
        Console.WriteLine($"The first administrator is made at: {welcome}");
    await host.Run();
    return 0;
}
catch (Exception refusal) when (refusal is SettingsException or ExportException)
{
    await Console.Error.WriteLineAsync(refusal.Message);
    return Refused;
}
catch (Exception problem)
{
    await Console.Error.WriteLineAsync($"Vade ends, because it cannot go on: {problem}");
    return Failed;
}
