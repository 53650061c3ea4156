using System.Text.Json;
using Azure.Core;
using Microsoft.Extensions.Time.Testing;
using Vade.Kernel.Messaging;
using Vade.Kernel.Storage;
using Vade.Kernel.Storage.Azure;
using Vade.Kernel.Storage.Embedded;

namespace Vade.Tests.Kernel.Storage;

public sealed class ServiceBusQueuesTests : QueuesContract, IAsyncLifetime
{
    private const string Batch = "application/vnd.microsoft.servicebus.json";
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly FakeTimeProvider clock = new(Start);
    private readonly HttpClient http = new();
    private readonly SqliteStore store;
    private LoopbackBroker broker = null!;

    public ServiceBusQueuesTests() => store = new SqliteStore(folder["vade.db"], clock, durable: false);

    protected override IQueues Sender => Queues(ServiceBusNamespace.Parse(broker.ConnectionString));

    public async ValueTask InitializeAsync() => broker = await LoopbackBroker.Start(store.Queues, clock);

    public async ValueTask DisposeAsync()
    {
        await broker.DisposeAsync();
        http.Dispose();
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task One_message_is_sent_as_it_is()
    {
        await Send("{\"a\":\"ğ\"}");
        var request = Assert.Single(broker.Requests);

        Assert.Equal(($"POST /{Queue}/messages", "application/json", "{\"a\":\"ğ\"}"), (request.Path, request.ContentType, request.Body));
        Assert.Equal(["MessageId"], Properties(request).EnumerateObject().Select(property => property.Name));
    }

    [Fact]
    public async Task Messages_that_are_due_travel_as_a_batch_with_ids_of_their_own()
    {
        await Send("1", "{\"ğ\":\"<>\"}", "3");
        var request = Assert.Single(broker.Requests);
        var items = JsonDocument.Parse(request.Body).RootElement.EnumerateArray().ToList();

        Assert.Equal(($"POST /{Queue}/messages", Batch, null), (request.Path, request.ContentType, request.Properties));
        Assert.Equal(["1", "{\"ğ\":\"<>\"}", "3"], items.Select(item => item.GetProperty("Body").GetString()));
        Assert.Equal(3, items.Select(item => item.GetProperty("BrokerProperties").GetProperty("MessageId").GetString()).Distinct().Count());
    }

    [Fact]
    public async Task A_delayed_message_names_its_second_as_http_does_and_never_an_earlier_one()
    {
        await Sender.Send(Queue, [new("x", TimeSpan.FromSeconds(90.2)), new("y", TimeSpan.FromDays(6))], default);

        Assert.Equal(
            ["Sat, 07 Mar 2026 09:00:00 GMT", "Sun, 01 Mar 2026 09:01:31 GMT"],
            broker.Requests.Select(request => Properties(request).GetProperty("ScheduledEnqueueTimeUtc").GetString()!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task More_than_a_request_holds_is_split()
    {
        // Quotes and control characters take two bytes and six as JSON.
        var bodies = Enumerable.Range(0, 30).Select(i => i + new string(i % 3 == 0 ? '"' : i % 3 == 1 ? '\u0001' : 'x', 40_000)).ToArray();
        await Send(bodies);
        await Send([.. Enumerable.Range(0, 250).Select(i => $"{i}")]);

        Assert.All(broker.Requests, request => Assert.InRange(request.Body.Length, 1, 256 * 1024));
        Assert.Equal(280, store.Queues.Count(Queue));
        Assert.Equal(3, broker.Requests.Count(request => request.Body.Length < 10_000));
    }

    [Theory]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task What_was_not_taken_is_sent_again_as_the_same_message(int status)
    {
        broker.Refuse(status, status);
        await Send("one");
        broker.Refuse(status);
        await Send("two", "three");

        Assert.Equal(["one", "three", "two"], (await Receive(10)).Select(message => message.Body).Order(StringComparer.Ordinal));
        var requests = broker.Requests.ToList();
        Assert.Single(requests[..3].Select(request => request.Properties).Distinct());
        Assert.Single(requests[3..].Select(request => request.Body).Distinct());
    }

    [Fact]
    public async Task A_bus_that_stays_throttled_is_busy()
    {
        broker.Refuse(429, 503, 429, 503);
        await Assert.ThrowsAsync<StoreBusyException>(() => Send("x"));
        Assert.Equal(4, broker.Requests.Count);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(410)]
    public async Task A_refusal_is_not_repeated(int status)
    {
        broker.Refuse(status);
        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => Send("x"));

        Assert.Contains($"{status}", refusal.Message, StringComparison.Ordinal);
        Assert.Single(broker.Requests);
    }

    [Fact]
    public async Task A_bus_that_is_not_there_is_busy()
    {
        var gone = Sender;
        await broker.DisposeAsync();
        await Assert.ThrowsAsync<StoreBusyException>(() => gone.Send(Queue, [new("x", TimeSpan.Zero)], default));
    }

    [Fact]
    public void A_shared_key_signs_the_address_and_the_hour()
    {
        var header = ServiceBusNamespace.SharedAccessSignature(
            new("https://contoso-ns.servicebus.windows.net/reminders"), "send-only",
            "dGVzdC1rZXktbm90LXJlYWwtMDEyMzQ1Njc4OWFiY2RlZg==", DateTimeOffset.FromUnixTimeSeconds(1767225600));

        Assert.Equal(
            "SharedAccessSignature sr=https%3A%2F%2Fcontoso-ns.servicebus.windows.net%2Freminders&sig=CgDAmXa9zxKAmHrzy8mz5Ur51g%2FxJ4nUxnT9FkI8MCo%3D&se=1767225600&skn=send-only",
            header.ToString());
    }

    [Fact]
    public async Task A_signature_serves_until_it_is_about_to_expire()
    {
        var sender = Sender;
        foreach (var minutes in new[] { 0, 49, 2 })
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));
            await sender.Send(Queue, [new("x", TimeSpan.Zero)], default);
        }

        var headers = broker.Requests.Select(request => request.Authorization!).ToList();
        Assert.All(headers, header => Assert.Matches($"^SharedAccessSignature sr=http%3A%2F%2F127\\.0\\.0\\.1%3A{broker.Address.Port}&sig=[^&]+&se=[0-9]+&skn=send-only$", header));
        Assert.Equal(headers[0], headers[1]);
        Assert.NotEqual(headers[0], headers[2]);
    }

    [Fact]
    public async Task An_identity_shows_its_token_and_asks_for_a_new_one_in_time()
    {
        var identity = new Identity(clock);
        var sender = Queues(ServiceBusNamespace.OfIdentity(broker.Address, identity));
        foreach (var minutes in new[] { 0, 40, 15 })
        {
            clock.Advance(TimeSpan.FromMinutes(minutes));
            await sender.Send(Queue, [new("x", TimeSpan.Zero)], default);
        }

        Assert.Equal(["Bearer token-1", "Bearer token-1", "Bearer token-2"], broker.Requests.Select(request => request.Authorization));
        Assert.Equal("https://servicebus.azure.net/.default", identity.Scope);
    }

    [Fact]
    public async Task A_first_look_puts_nothing_into_a_queue_and_says_what_is_wrong()
    {
        var limit = TimeSpan.FromSeconds(10);
        var sender = Queues(ServiceBusNamespace.Parse(broker.ConnectionString));
        Assert.Null(await sender.Problem(["billing", "accounts"], limit, default));
        Assert.Equal((0, 0), (store.Queues.Count("billing"), store.Queues.Count("accounts")));
        foreach (var status in new[] { 401, 403, 404, 410 })
        {
            broker.Refuse(status);
            Assert.Equal($"its queue 'billing' answered {status}", await sender.Problem(["billing"], limit, default));
        }

        await broker.DisposeAsync();
        Assert.Equal("it cannot be reached", await sender.Problem(["billing"], limit, default));
    }

    [Theory]
    [InlineData("contoso.servicebus.windows.net", "https://contoso.servicebus.windows.net/")]
    [InlineData("Endpoint=sb://contoso.servicebus.windows.net/;SharedAccessKeyName=send;SharedAccessKey=a+/=", "https://contoso.servicebus.windows.net/")]
    [InlineData("SharedAccessKey=k;SharedAccessKeyName=send;Endpoint=sb://127.0.0.1:8080", "http://127.0.0.1:8080/")]
    public void A_namespace_is_named_by_its_connection_string_or_its_name(string setting, string address) =>
        Assert.Equal(address, ServiceBusNamespace.Parse(setting).Address.AbsoluteUri);

    protected override Task<IReadOnlyList<ReceivedMessage>> Receive(int max) => store.Queues.Receive(Queue, max, Lease, default);

    protected override Task<bool> Complete(ReceivedMessage message) => store.Queues.Complete(message, default);

    protected override Task Pass(TimeSpan time)
    {
        clock.Advance(time);
        return Task.CompletedTask;
    }

    private ServiceBusQueues Queues(ServiceBusNamespace bus) => new(http, bus, clock, TimeSpan.FromMilliseconds(1));

    private static JsonElement Properties(BrokerRequest request) => JsonDocument.Parse(request.Properties!).RootElement;

    private sealed class Identity(TimeProvider clock) : TokenCredential
    {
        private int tokens;

        public string? Scope { get; private set; }

        public override AccessToken GetToken(TokenRequestContext requestContext, CancellationToken cancellationToken)
        {
            Scope = Assert.Single(requestContext.Scopes);
            return new($"token-{++tokens}", clock.GetUtcNow().AddHours(1));
        }

        public override ValueTask<AccessToken> GetTokenAsync(TokenRequestContext requestContext, CancellationToken cancellationToken) =>
            new(GetToken(requestContext, cancellationToken));
    }
}
