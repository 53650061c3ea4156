using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Vade.Functions;
using Vade.Functions.Hosting;
using Vade.Kernel.Storage.Azure;

namespace Vade.Tests.Hosting;

public sealed class AzureSettingsTests(Azurite azurite)
{
    private const string Secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQ=";
    private const string Account = $"AccountName=office;AccountKey={Secret};EndpointSuffix=core.windows.net";
    private const string Emulator = "UseDevelopmentStorage=true";
    private const string Bus = $"Endpoint=sb://office.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey={Secret}";
    private const string MasterKey = "k1:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=";

    [Theory]
    [InlineData("Vade:Sandbox is on", "Azure:Storage", Account, "Sandbox", "true", "ApiKey", "key")]
    [InlineData("Vade:Sandbox is on", "Azure:Storage", "https://office.blob.core.windows.net", "Sandbox", "true", "ApiKey", "key")]
    [InlineData("Vade:Sandbox is on", "Azure:Storage", Emulator, "Azure:ServiceBus", Bus, "Sandbox", "true", "ApiKey", "key")]
    [InlineData("Vade:Sandbox is on", "Azure:Storage", $"AccountName=devstoreaccount1;AccountKey={Secret};BlobEndpoint=http://127.0.0.1:1/a;QueueEndpoint=http://127.0.0.1:1/a;TableEndpoint=https://office.table.core.windows.net", "Sandbox", "true", "ApiKey", "key")]
    [InlineData("Vade:ApiKey is missing", "Azure:Storage", Emulator, "Sandbox", "true")]
    [InlineData("Vade:Clock:Start is set", "Azure:Storage", Emulator, "Sandbox", "true", "ApiKey", "key", "Clock:Start", "2026-01-01T00:00:00Z")]
    [InlineData("Vade:PublicUrl is missing", "Azure:Storage", Account, "PublicUrl", "")]
    [InlineData("Vade:MasterKey is missing", "Azure:Storage", Account, "MasterKey", "")]
    [InlineData("Vade:Azure:Storage is missing", "Azure:ServiceBus", Bus)]
    [InlineData("Vade:Azure:Storage is missing", "Azure:Storage", "", "Azure:ServiceBus", Bus)]
    [InlineData("Vade:Azure:Tables is not known", "Azure:Storage", Account, "Azure:Tables", "https://office.table.core.windows.net")]
    [InlineData("only the Functions host receives from Service Bus", "Azure:Storage", Account, "Azure:ServiceBus", Bus)]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", Secret)]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", "AccountName=office")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", $"AccountKey={Secret}")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", "AccountName=office;AccountKey=not base64 at all")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", "office.blob.core.windows.net")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", "http://office.blob.core.windows.net")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", "https://office.blob.core.windows.net/vade")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", "https://office.example.com")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", $"https://office.blob.core.windows.net/?sig={Secret}")]
    [InlineData("Vade:Azure:Storage is neither", "Azure:Storage", Bus)]
    [InlineData("Vade:Azure:ServiceBus is neither", "Azure:Storage", Account, "Azure:ServiceBus", "office")]
    [InlineData("Vade:Azure:ServiceBus is neither", "Azure:Storage", Account, "Azure:ServiceBus", "https://office.servicebus.windows.net")]
    [InlineData("Vade:Azure:ServiceBus is neither", "Azure:Storage", Account, "Azure:ServiceBus", Account)]
    [InlineData("Vade:Azure:ServiceBus is neither", "Azure:Storage", Account, "Azure:ServiceBus", "Endpoint=sb://office.servicebus.windows.net/;SharedAccessKeyName=send")]
    [InlineData("Vade:Azure:ServiceBus is neither", "Azure:Storage", Account, "Azure:ServiceBus", $"SharedAccessKeyName=send;SharedAccessKey={Secret}")]
    [InlineData("connection string of one queue", "Azure:Storage", Account, "Azure:ServiceBus", Bus + ";EntityPath=billing")]
    public void A_half_or_wrong_configuration_is_refused_with_one_sentence_and_without_its_secret(string says, params string[] settings)
    {
        var refusal = Assert.Throws<SettingsException>(() => Read(settings)).Message;

        Assert.Contains(says, refusal, StringComparison.Ordinal);
        Assert.EndsWith(".", refusal, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void An_account_and_a_bus_are_named_by_connection_strings_or_by_addresses()
    {
        Assert.Null(Read().Azure);
        Assert.Null(Read("Azure:Storage", Account).Azure!.ServiceBus);
        Assert.True(Read("Azure:Storage", Emulator, "Sandbox", "true", "ApiKey", "key").Azure!.Storage.IsEmulator);
        foreach (var service in new[] { "blob", "table", "queue" })
        {
            var storage = Read("Azure:Storage", $"https://office.{service}.core.windows.net").Azure!.Storage;
            Assert.Equal((new Uri("https://office.queue.core.windows.net"), false), (storage.QueueAddress, storage.IsEmulator));
        }

        var both = Read("Azure:Storage", Account, "Azure:ServiceBus", "office.servicebus.windows.net", "Host:Functions", "http,timers");
        Assert.Equal("office.servicebus.windows.net", both.Azure!.ServiceBus!.Address.Host);
    }

    [Theory]
    [InlineData("serviceBusTrigger", false, "", "", "Vade:Azure:ServiceBus is missing")]
    [InlineData("serviceBusTrigger", true, "", "", null)]
    [InlineData("serviceBusTrigger", true, "Conn:fullyQualifiedNamespace", "office.servicebus.windows.net", null)]
    [InlineData("serviceBusTrigger", true, "Conn:fullyQualifiedNamespace", "other.servicebus.windows.net", "other.servicebus.windows.net")]
    [InlineData("serviceBusTrigger", true, "Conn", Bus, null)]
    [InlineData("serviceBusTrigger", true, "Conn", "Endpoint=sb://other.servicebus.windows.net/;SharedAccessKeyName=listen;SharedAccessKey=k", "other.servicebus.windows.net")]
    [InlineData("queueTrigger", true, "", "", "Vade:Azure:ServiceBus is set")]
    [InlineData("queueTrigger", false, "", "", null)]
    [InlineData("queueTrigger", false, "Conn", Account, null)]
    [InlineData("queueTrigger", false, "Conn:accountName", "office", null)]
    [InlineData("queueTrigger", false, "Conn:accountName", "other", "other.queue.core.windows.net")]
    [InlineData("queueTrigger", false, "Conn:queueServiceUri", "https://other.queue.core.windows.net", "other.queue.core.windows.net")]
    public void A_package_runs_only_where_its_triggers_listen_to_what_the_app_sends_to(string trigger, bool withBus, string name, string value, string? says)
    {
        var azure = new AzureSettings(StorageAccount.Parse(Account), withBus ? ServiceBusNamespace.Parse(Bus) : null);
        var function = FunctionCatalog.Parse(
            "BillingWork",
            System.Text.Encoding.UTF8.GetBytes($$"""{"bindings":[{"type":"{{trigger}}","name":"message","queueName":"billing","connection":"Conn"}]}"""));
        var host = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>(name, value)]).Build();

        if (Record.Exception(() => azure.CheckPackage([function], host)) is { } refusal)
            Assert.Contains(says ?? "nothing", Assert.IsType<SettingsException>(refusal).Message, StringComparison.Ordinal);
        else
            Assert.Null(says);
    }

    [Fact]
    public void On_azure_itself_nothing_is_kept_on_an_instances_own_disk()
    {
        var azure = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create<string, string?>("WEBSITE_SITE_NAME", "office")]).Build();
        Assert.StartsWith("Vade:Azure:Storage is missing", Assert.Throws<SettingsException>(() => Settings.Read(azure)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Under_the_functions_host_the_app_refuses_a_package_for_another_transport()
    {
        var refusal = await Refusal(("FUNCTIONS_CUSTOMHANDLER_PORT", "0"), ("Vade__Azure__Storage", Emulator));
        Assert.Contains("published for Service Bus", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Services_that_are_not_there_are_named_at_the_start()
    {
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var there = $"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}/devstoreaccount1";
        var refusal = await Refusal(("Vade__Azure__Storage", $"AccountName=devstoreaccount1;AccountKey={Secret};BlobEndpoint={there};QueueEndpoint={there};TableEndpoint={there}"));

        Assert.Equal("Vade:Azure:Storage cannot be used: its tables cannot be reached (127.0.0.1).", refusal);
    }

    [Fact]
    public async Task A_key_that_the_services_refuse_is_named_at_the_start()
    {
        var right = await azurite.Connection();
        var wrong = string.Join(';', right.Split(';').Select(part => part.StartsWith("AccountKey", StringComparison.Ordinal) ? "AccountKey=" + Secret : part));
        var refusal = await Refusal(("Vade__Azure__Storage", wrong));

        Assert.Matches(@"^Vade:Azure:Storage cannot be used: its tables answered 403( \w+)? \(127\.0\.0\.1\)\.$", refusal);
    }

    /// <summary>What the app says when it ends instead of starting.</summary>
    private static async Task<string> Refusal(params (string, string)[] environment)
    {
        var (exitCode, output) = await AppProcess.RunToEnd([("Vade__PublicUrl", "https://office.example"), ("Vade__MasterKey", MasterKey), .. environment]);
        Assert.Equal(2, exitCode);
        Assert.DoesNotContain(Secret, output, StringComparison.Ordinal);
        return Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries)).TrimEnd();
    }

    private static Settings Read(params string[] settings)
    {
        var all = new Dictionary<string, string?> { ["Vade:PublicUrl"] = "https://office.example", ["Vade:MasterKey"] = MasterKey };
        foreach (var pair in settings.Chunk(2))
            all["Vade:" + pair[0]] = pair[1];
        return Settings.Read(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
    }
}
