using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Vade.Accounts;
using Vade.Billing;
using Vade.Functions.Hosting;
using Vade.Kernel;
using Vade.Kernel.Messaging;
using Vade.Kernel.Security;
using Vade.Kernel.Web;
using Vade.Organisation;
using Vade.Payments;
using Vade.Tests.Hosting;

namespace Vade.Tests.Fuzz;

/// <summary>What comes in requests: JSON bodies, queries, the Functions host's invocations, providers' notifications.</summary>
internal static class WebTargets
{
    // A refusal may name fifty members, each behind an exception of the serializer.
    public static readonly Allowance Json = new(PerUnit: 300, Always: 512 * 1024);

    private static readonly FunctionDefinition Queue = new("BillingWork", Trigger.Queue, "message", "billing", "", "", Many: false, Binary: false);
    private static readonly SimulatorProvider Bank = new(null!, MasterKeys.Parse("a:" + new string('A', 43) + "="), null!, null!, TimeProvider.System);
    private static readonly ProviderSettings Account = new("simulator", SecretKey: "k");

    public static IEnumerable<FuzzTarget> All =>
    [
        Body("bodies of every kind of member", 40_000, SampleJson.Default.Sample,
            """{"title":"A","price":{"amount":"650.35","currency":"TRY"},"startsOn":"2026-11-30","at":"2026-11-30T08:00:00+03:00","rhythm":"everyYear","lines":[{"description":"x","quantity":"2.5"},{"description":"y"}],"forms":{"webpay":"TRANSBANK"},"prorate":true,"dueDays":7}""",
            """{"title":"Ş","at":"0001-01-01T00:00:00Z","rhythm":"everyMonth","lines":null,"prorate":false}"""),
        Body("bodies of customers", 30_000, AccountsApiJson.Default.CustomerBody,
            """{"title":"Işık Ltd.","taxId":"4540536920","country":"TR","language":"tr","emails":["a@b.example"],"reconciliationEmails":[],"phone":"+905321234567","whatsApp":false,"address":{"line":"x","district":"y","city":"z","postalCode":"34710","country":"TR"},"dueDays":14}"""),
        Body("bodies of services", 30_000, BillingApiJson.Default.ServiceBody,
            """{"description":"x","currency":"TRY","lines":[{"description":"x","quantity":"1","unitPrice":"1000.00","taxRate":"20"}],"every":{"months":1},"startsOn":"2026-11-30","endsOn":null,"dueDays":7,"prorate":false,"channels":["email","whatsApp"]}"""),
        Body("bodies of documents", 20_000, AccountsApiJson.Default.DocumentBody,
            """{"direction":"sale","kind":"return","date":"2026-10-01","dueOn":"2026-10-31","currency":"CLP","net":"1000","tax":"190","total":"1190","electronic":true,"remaining":"0","asOf":"2026-11-01T00:00:00Z"}"""),
        Body("bodies of payments", 20_000, PaymentsApiJson.Default.PaymentBody,
            """{"amount":"100.00","currency":"TRY","means":"cash","reference":"R1","receivedOn":"2026-11-01","invoices":["VAD2026000000001"]}"""),
        Body("bodies of settings", 20_000, PaymentsSettings.Section.Json,
            """{"providers":[{"id":"simulator"},{"id":"b","kind":"simulator","mode":"test","secretKey":"x"}],"rules":[{"currency":"CLP","provider":"simulator"}],"paymentForms":{"simulator":"BANK"}}"""),
        Body("bodies of the organisation", 20_000, OrganisationSettings.Section.Json,
            """{"name":"Örnek","taxId":"1234567890","timeZone":"Europe/Istanbul","country":"TR","currency":"TRY","language":"tr","address":["x"],"accent":"#0f5c8c","logoPng":"iVBORw0KGgo=","closedThrough":"2026-10-31"}"""),
        Fuzzer.Text("pages of lists", 40_000, new(300), ["?limit=50&after=x", "?limit=200", "?after=&limit=1", "?limit=1,2", "limit=5"], query =>
        {
            var request = new DefaultHttpContext().Request;
            request.QueryString = query.StartsWith('?') ? new(query) : default;
            Assert.Equal(ApiList.TryRead(request, out var list, out var problem), problem is null);
            Assert.True(list is null or { Limit: >= 1 and <= ApiList.LimitMax });
        }),
        Fuzzer.Text("messages of queues", 40_000, Json, ["""{"vade":{"handler":"billing.check","attempt":1,"body":{"a":[1,2]}}}""", """{"vade":{"handler":"x","attempt":7,"body":null}}"""], text =>
        {
            if (Envelope.Read(text) is not { } envelope)
                return;
            var again = Envelope.Read(envelope.Write());
            Assert.Equal((envelope.Handler, envelope.Attempt), (again?.Handler, again?.Attempt));
            Assert.Equal(JsonSerializer.Serialize(envelope.Body), JsonSerializer.Serialize(again!.Body));
        }),
        Fuzzer.Utf8("invocations by the host", 60_000, Json,
            [
                """{"Data":{"message":"\"{\\\"vade\\\":{\\\"handler\\\":\\\"x\\\"}}\""},"Metadata":{"DequeueCount":"1","sys":{"MethodName":"BillingWork"}}}""",
                """{"Data":{"message":"[\"{\\\"id\\\":1}\",\"plain\"]"}}""", """{"Data":{"message":"aGVsbG8="}}""", """{"Data":{"other":{"IsPastDue":true}}}""",
            ],
            body =>
            {
                foreach (var function in new[] { Queue, Queue with { Many = true }, Queue with { Binary = true } })
                {
                    try
                    {
                        Assert.All(Invocation.Messages(function, body), Assert.NotNull);
                    }
                    catch (InvocationException)
                    {
                    }
                }
            }),
        Fuzzer.Utf8("definitions of functions", 20_000, Json,
            ["""{"bindings":[{"type":"queueTrigger","direction":"in","name":"message","queueName":"billing-poison","cardinality":"many"}]}""", """{"bindings":[{"type":"timerTrigger","name":"timer","schedule":"0 0 * * * *"}]}"""],
            json =>
            {
                try
                {
                    Assert.NotNull(FunctionCatalog.Parse("F", json));
                }
                catch (InvalidDataException)
                {
                }
            }),
        Fuzzer.Utf8("notifications of a provider", 30_000, Json, ["""{"ref":"ABC"}""", """{"ref":null}""", ""], body =>
        {
            var headers = new HeaderDictionary { [BankSignature.Header] = BankSignature.Of(body, "k"u8.ToArray()) };
            var references = Bank.VerifyNotification(Account, body, headers);
            Assert.True(references is null or [not null]);
            headers[BankSignature.Header] = Encoding.Latin1.GetString(body);
            Assert.Null(Bank.VerifyNotification(Account, body, headers));
        }),
    ];

    public static ApiProblem? Problem<T>(byte[] body, JsonTypeInfo<T> json)
        where T : class
    {
        var read = ApiBody.Parse(body, json);
        Assert.Equal(read.Problem is null, read.Value is not null);
        if (read.Problem is not { } problem)
            return null;
        Assert.True(problem is { Status: 400 or 422, Code.Length: > 0 });
        Assert.True(problem.Errors.Count <= 100, "A refusal is for people, and they read no more than a hundred lines.");
        return problem;
    }

    private static FuzzTarget Body<T>(string name, int inputs, JsonTypeInfo<T> json, params string[] seeds)
        where T : class =>
        Fuzzer.Utf8(name, inputs, Json, seeds, body =>
        {
            if (Problem(body, json) is not null)
                return;
            var value = JsonSerializer.SerializeToUtf8Bytes(ApiBody.Parse(body, json).Value!, json);
            var again = ApiBody.Parse(value, json);
            Assert.True(again.Ok, again.Problem?.Detail);
            Assert.Equal(value, JsonSerializer.SerializeToUtf8Bytes(again.Value, json));
        });
}
