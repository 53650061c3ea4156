// Finishes the published folder: chooses the queue triggers and packs the zip.
// dotnet run tools/Package.cs -- <folder> servicebus|storage

#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Nodes;

const string DeadLetters = "/$DeadLetterQueue";
const string Poison = "-poison";

var folder = Path.GetFullPath(args[0]);
if (args[1] == "storage")
{
    foreach (var file in Directory.EnumerateDirectories(folder).Select(function => Path.Combine(function, "function.json")).Where(File.Exists))
        ToStorageQueue(file);
}

// Unix modes are kept, so the executable arrives executable.
File.Delete(folder + ".zip");
ZipFile.CreateFromDirectory(folder, folder + ".zip", CompressionLevel.Optimal, includeBaseDirectory: false);
Console.WriteLine(folder + ".zip");

// The connection is the one of the Functions host's own storage account.
static void ToStorageQueue(string file)
{
    var function = JsonNode.Parse(File.ReadAllText(file))!;
    foreach (var binding in function["bindings"]!.AsArray().Select(binding => binding!.AsObject()))
    {
        if ((string?)binding["type"] != "serviceBusTrigger")
            continue;
        binding["type"] = "queueTrigger";
        binding["queueName"] = ((string)binding["queueName"]!).Replace(DeadLetters, Poison, StringComparison.Ordinal);
        binding["connection"] = "AzureWebJobsStorage";
        binding.Remove("cardinality");
    }

    File.WriteAllText(file, JsonSerializer.Serialize(function, new JsonSerializerOptions { WriteIndented = true }));
}
