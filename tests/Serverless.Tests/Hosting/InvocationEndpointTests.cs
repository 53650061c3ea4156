using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;
using Vade.Functions.Hosting;
using Vade.Functions.Hosting.Local;

namespace Vade.Tests.Hosting;

/// <summary>The executable under the Functions host, whose part the tests play.</summary>
public sealed class UnderFunctionsHost : IAsyncLifetime
{
    public AppProcess App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();
        App = await AppProcess.Start(environment: ("FUNCTIONS_CUSTOMHANDLER_PORT", port.ToString(CultureInfo.InvariantCulture)));
    }

    public ValueTask DisposeAsync() => App.DisposeAsync();
}

public sealed class InvocationEndpointTests(UnderFunctionsHost host) : IClassFixture<UnderFunctionsHost>
{
    private static readonly IReadOnlyList<FunctionDefinition> Functions =
        [.. FunctionCatalog.Read(AppContext.BaseDirectory).Where(function => function.Trigger != Trigger.Http)];

    public static TheoryData<string> Names => [.. Functions.Select(function => function.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_function_answers_as_the_host_understands_success(string name)
    {
        var function = Functions.Single(function => function.Name == name);
        using var response = await Invoke(host.App, name, function.Trigger == Trigger.Timer
            ? """{"Data":{"timer":{"Schedule":{"AdjustForDST":true},"ScheduleStatus":null,"IsPastDue":true}},"Metadata":{}}"""
            : """{"Data":{"message":"\"{\\\"vade\\\":null}\""},"Metadata":{"DeliveryCount":"1"}}""");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Null(Invoker.Complaint(response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync()));
        Assert.Equal("""{"Outputs":{},"Logs":[],"ReturnValue":null}""", await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_failure_has_a_body_too(string name)
    {
        Assert.SkipWhen(Functions.Single(function => function.Name == name).Trigger == Trigger.Timer, "A timer's body is of no importance.");
        using var response = await Invoke(host.App, name, "no json");
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Null(Invoker.Complaint(response.Content.Headers.ContentType?.MediaType, await response.Content.ReadAsByteArrayAsync()));
    }

    [Theory]
    [InlineData("Host", "pay.example.com")]
    [InlineData("Host", "127.0.0.1")]
    [InlineData("Host", "127.0.0.1:1")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    [InlineData("X-Forwarded-Host", "127.0.0.1")]
    [InlineData("X-Original-URL", "/")]
    [InlineData("Forwarded", "for=127.0.0.1")]
    public async Task What_came_through_the_public_door_is_no_invocation(string header, string value)
    {
        using var response = await Invoke(host.App, "BillingTimer", "{}", request => request.Headers.TryAddWithoutValidation(header, value));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_call_without_an_invocation_id_is_no_invocation()
    {
        using var response = await host.App.Client.PostAsync("/BillingTimer", null);
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    public async Task Only_a_post_is_an_invocation(string method)
    {
        using var response = await Invoke(host.App, "BillingTimer", "{}", request => request.Method = new HttpMethod(method));
        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task The_host_finds_the_app_alive_at_the_first_page()
    {
        using var response = await host.App.Client.GetAsync("/");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task As_its_own_host_nothing_but_its_secret_is_an_invocation()
    {
        await using var app = await AppProcess.Start();
        using var like = await Invoke(app, "BillingTimer", "{}");
        Assert.Equal(HttpStatusCode.NotFound, like.StatusCode);
        using var guessed = await Invoke(app, "BillingTimer", "{}", request => request.Headers.Add("X-Vade-Host-Secret", ""));
        Assert.Equal(HttpStatusCode.NotFound, guessed.StatusCode);
    }

    [Fact]
    public async Task Health_is_open_to_everyone()
    {
        using var client = new HttpClient();
        Assert.Equal("""{"status":"ok"}""", await client.GetStringAsync(new Uri(host.App.Address, "/health")));
    }

    [Fact]
    public async Task The_description_of_the_api_names_its_paths() =>
        Assert.Contains("/api/v1/work/poison", await host.App.Client.GetStringAsync("/openapi/v1.json"), StringComparison.Ordinal);

    private static async Task<HttpResponseMessage> Invoke(AppProcess app, string function, string body, Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/" + function) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json", "utf-8");
        request.Headers.Add("X-Azure-Functions-InvocationId", "0f0e7a6c-3d5c-4a8e-9b8b-2d7f4e1c9a55");
        change?.Invoke(request);
        return await app.Client.SendAsync(request);
    }
}
