using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Cronos;
using Microsoft.Extensions.DependencyInjection;
using Vade.Functions;
using Vade.Functions.Hosting;
using Vade.Kernel.Messaging;

namespace Vade.Tests.Hosting;

public sealed partial class FunctionFolderTests
{
    private static readonly IReadOnlyList<FunctionDefinition> Functions = FunctionCatalog.Read(AppContext.BaseDirectory);

    public static TheoryData<string> Names => [.. Functions.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_function_has_a_legal_name(string name)
    {
        Assert.Matches(LegalName(), name);
        Assert.NotEqual("host", name, StringComparer.OrdinalIgnoreCase);
    }

    [Fact]
    public void No_public_path_begins_with_a_functions_name()
    {
        var segments = Functions.Where(function => function.Trigger == Trigger.Http).Select(function => function.Route.Split('/')[0]);
        Assert.Empty(segments.Intersect(Functions.Select(function => function.Name), StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void No_public_path_is_the_hosts_own() =>
        Assert.DoesNotContain(Functions, function => function.Route.Split('/')[0] is "admin" or "runtime");

    [Fact]
    public void No_route_swallows_the_others() =>
        Assert.DoesNotContain(Functions, function => function.Trigger == Trigger.Http && function.Route.StartsWith("{*", StringComparison.Ordinal));

    [Fact]
    public void Http_functions_are_open_to_the_public_and_have_one_way_in_and_one_out()
    {
        foreach (var function in Functions.Where(function => function.Trigger == Trigger.Http))
        {
            var bindings = Bindings(function.Name);
            Assert.Equal(["httpTrigger", "http"], bindings.Select(binding => binding.GetProperty("type").GetString()));
            Assert.Equal(["in", "out"], bindings.Select(binding => binding.GetProperty("direction").GetString()));
            Assert.Equal("anonymous", bindings[0].GetProperty("authLevel").GetString());
        }
    }

    [Fact]
    public void Every_public_path_of_the_product_has_a_function() =>
        Assert.Equal(
            ["api", "assets", "health", "kiosk", "my", "openapi", "p", "panel", "r", "return", "simulator", "terminal", "verify", "webhooks", "{none:maxlength(0)?}"],
            Functions.Where(function => function.Trigger == Trigger.Http).Select(function => function.Route.Split('/')[0]).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_schedule_has_six_fields() =>
        Assert.All(Functions.Where(function => function.Trigger == Trigger.Timer), function => CronExpression.Parse(function.Schedule, CronFormat.IncludeSeconds));

    [Fact]
    public void Every_queue_has_a_function_and_one_for_its_dead_letters()
    {
        var queues = Functions.Where(function => function.Trigger == Trigger.Queue).Select(function => function.Queue).Order(StringComparer.Ordinal);
        Assert.Equal(["accounts", "billing", "notifications", "payments"], queues);
        Assert.Equal(queues, Functions.Where(function => function.Trigger == Trigger.DeadLetter).Select(function => function.Queue).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_timer_and_queue_that_a_module_registered_has_its_function()
    {
        using var services = new ServiceCollection().AddModules().BuildServiceProvider();
        Assert.All(services.GetServices<TimerRegistration>(), timer => Assert.Contains(Functions, function => function.Trigger == Trigger.Timer && function.Name == timer.Function));
        Assert.All(services.GetServices<HandlerRegistration>(), handler => Assert.Contains(Functions, function => function.Trigger == Trigger.Queue && function.Queue == handler.Queue));
    }

    [Fact]
    public void The_host_file_takes_both_ways_of_passing_http_on_and_no_prefix()
    {
        using var host = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "host.json")));
        var handler = host.RootElement.GetProperty("customHandler");
        Assert.True(handler.GetProperty("enableProxyingHttpRequest").GetBoolean());
        Assert.True(handler.GetProperty("enableForwardingHttpRequest").GetBoolean());
        Assert.Equal("vade", handler.GetProperty("description").GetProperty("defaultExecutablePath").GetString());
        Assert.Equal("", host.RootElement.GetProperty("extensions").GetProperty("http").GetProperty("routePrefix").GetString());
    }

    [Fact]
    public void The_host_file_reads_storage_queues_as_the_app_writes_them()
    {
        using var host = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "host.json")));
        var queues = host.RootElement.GetProperty("extensions").GetProperty("queues");
        Assert.Equal("base64", queues.GetProperty("messageEncoding").GetString());
        Assert.Equal(5, queues.GetProperty("maxDequeueCount").GetInt32());
        Assert.True(TimeSpan.Parse(queues.GetProperty("visibilityTimeout").GetString()!, System.Globalization.CultureInfo.InvariantCulture) > TimeSpan.Zero);
    }

    [Theory]
    [InlineData("accounts/$DeadLetterQueue", "serviceBusTrigger")]
    [InlineData("accounts-poison", "queueTrigger")]
    public void Both_names_of_a_dead_letter_queue_are_understood(string queue, string type)
    {
        var json = $$"""{"bindings":[{"type":"{{type}}","direction":"in","name":"message","queueName":"{{queue}}"}]}""";
        var function = FunctionCatalog.Parse("AccountsDeadLetter", Encoding.UTF8.GetBytes(json));
        Assert.Equal((Trigger.DeadLetter, "accounts"), (function.Trigger, function.Queue));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"bindings":[{"type":5}]}""")]
    [InlineData("""{"bindings":[]}""")]
    public void A_damaged_function_is_named(string json) => Assert.Contains(
        "AccountsWork", Assert.Throws<InvalidDataException>(() => FunctionCatalog.Parse("AccountsWork", Encoding.UTF8.GetBytes(json))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_package_holds_an_executable_the_host_file_and_every_function()
    {
        var package = Path.Combine(Repository.Root, "artifacts", "package.zip");
        Assert.SkipUnless(File.Exists(package), "No package was published here.");
        using var zip = ZipFile.OpenRead(package);
        Assert.Equal(0b001_001_001, (zip.GetEntry("vade")!.ExternalAttributes >> 16) & 0b001_001_001);
        Assert.NotNull(zip.GetEntry("host.json"));
        Assert.All(Functions, function => Assert.NotNull(zip.GetEntry($"{function.Name}/function.json")));
    }

    private static JsonElement[] Bindings(string function)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, function, "function.json")));
        return [.. json.RootElement.GetProperty("bindings").EnumerateArray().Select(binding => binding.Clone())];
    }

    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9_-]{0,127}$", RegexOptions.None, 1000)]
    private static partial Regex LegalName();
}
