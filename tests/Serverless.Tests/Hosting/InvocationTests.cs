using System.Text;
using System.Text.Json;
using Vade.Functions.Hosting;

namespace Vade.Tests.Hosting;

public sealed class InvocationTests
{
    private static FunctionDefinition Queue(string binding = "message", bool many = false, bool binary = false) =>
        new("BillingWork", Trigger.Queue, binding, "billing", "", "", many, binary);

    /// <summary>A value of Data, written in C# as the host writes it in JSON, and the texts of the messages in it.</summary>
    public static TheoryData<string, object, bool, bool, string[]> Values => new()
    {
        { "a doubly encoded object", "\"{\\\"vade\\\":{\\\"name\\\":\\\"Zoë & Søn\\\",\\\"amount\\\":129.50}}\"", false, false, ["{\"vade\":{\"name\":\"Zoë & Søn\",\"amount\":129.50}}"] },
        { "a doubly encoded array stays one message", "\"[1,2]\"", false, false, ["[1,2]"] },
        { "a doubly encoded text", "\"plain text \\\"quoted\\\"\"", false, false, ["plain text \"quoted\""] },
        { "a singly encoded object, as the documentation shows it", "{\"a\":1}", false, false, ["{\"a\":1}"] },
        { "a plain text", "plain", false, false, ["plain"] },
        { "a text that only begins like a JSON string", "\"half", false, false, ["\"half"] },
        { "an object as it is", new { a = 1 }, false, false, ["{\"a\":1}"] },
        { "a number as it is", 5, false, false, ["5"] },
        { "bytes", "aGVsbG8=", false, true, ["hello"] },
        { "what only looks like bytes", "aGVsbG8=", false, false, ["aGVsbG8="] },
        { "a blob's text", "\"date,amount\\n2025-03-01,10.00\\n\"", false, false, ["date,amount\n2025-03-01,10.00\n"] },
        { "a batch of strings in a string", "[\"{\\\"id\\\":1}\",\"plain\"]", true, false, ["{\"id\":1}", "plain"] },
        { "a batch of values in a string", "[{\"id\":1},{\"id\":2}]", true, false, ["{\"id\":1}", "{\"id\":2}"] },
        { "a batch as it is", new[] { "a", "b" }, true, false, ["a", "b"] },
        { "an empty batch", "[]", true, false, [] },
    };

    [Theory]
    [MemberData(nameof(Values))]
    public void Every_form_in_which_the_host_writes_a_message_is_understood(string form, object value, bool many, bool binary, string[] texts)
    {
        Assert.NotEmpty(form);
        var body = Body(new { message = value });
        Assert.Equal(texts, Invocation.Messages(Queue(many: many, binary: binary), body));
    }

    [Fact]
    public void Members_of_a_message_that_shadow_the_metadata_change_nothing()
    {
        var body = Encoding.UTF8.GetBytes("""
            {"Data":{"message":"\"{\\\"DequeueCount\\\":99,\\\"Id\\\":\\\"spoofed\\\",\\\"sys\\\":\\\"x\\\"}\""},
             "Metadata":{"DequeueCount":"\"99\"","Id":"\"spoofed\"","sys":"\"x\"","message":"\"other\""}}
            """);
        Assert.Equal(["""{"DequeueCount":99,"Id":"spoofed","sys":"x"}"""], Invocation.Messages(Queue(), body));
    }

    [Fact]
    public void A_binding_of_another_name_is_taken_when_it_is_the_only_one() =>
        Assert.Equal(["x"], Invocation.Messages(Queue("other"), Body(new { message = "\"x\"" })));

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"Data":null}""")]
    [InlineData("""{"Data":{}}""")]
    [InlineData("""{"Data":{"a":"1","b":"2"}}""")]
    [InlineData("""{"Data":{"message":null}}""")]
    [InlineData("""{"Data":{"message":"\ud800"}}""")]
    [InlineData("""{"Data":{"\ud800":"1","message":"2"}}""")]
    public void A_body_without_a_message_is_refused(string body) =>
        Assert.Throws<InvocationException>(() => Invocation.Messages(Queue(), Encoding.UTF8.GetBytes(body)));

    private static byte[] Body(object data) => JsonSerializer.SerializeToUtf8Bytes(new { Data = data, Metadata = new { sys = new { MethodName = "BillingWork" } } });
}
