using System.Text;
using Vade.Functions.Hosting.Local;

namespace Vade.Tests.Hosting;

public sealed class HostAnswerTests
{
    [Theory]
    [InlineData("application/json", "{}", true)]
    [InlineData("application/json", """{"Outputs":{},"Logs":["line"],"ReturnValue":null}""", true)]
    [InlineData("text/json", "{}", true)]
    [InlineData(null, "", false)]
    [InlineData("application/json", "", false)]
    [InlineData("application/json", " ", false)]
    [InlineData("application/json", "null", false)]
    [InlineData("text/plain", "{}", false)]
    [InlineData("application/problem+json", "{}", false)]
    [InlineData(null, "{}", false)]
    [InlineData("application/json", "[]", false)]
    [InlineData("application/json", """{"Logs":"a"}""", false)]
    [InlineData("application/json", "{", false)]
    public void The_local_host_takes_and_refuses_the_same_answers_as_the_real_one(string? mediaType, string body, bool success) =>
        Assert.Equal(success, Invoker.Complaint(mediaType, Encoding.UTF8.GetBytes(body)) is null);
}
