using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Vade.Functions.Hosting.Local;

namespace Vade.Tests.Hosting;

public sealed class StrictHostTests
{
    [Theory]
    [InlineData("/api/inv/1?a=1&a=2&b=x%20y&c=%2B&d", "/api/inv/1?a=1,2&b=x%20y&c=%2B&d=")]
    [InlineData("/api/inv?a=1&A=2", "/api/inv?a=1,2")]
    [InlineData("/api/a%2Fb/c%20d/%C3%A9/e%25f/x+y", "/api/a%2Fb/c%20d/%C3%A9/e%25f/x+y")]
    [InlineData("/api/x/%3Fq/rest", "/api/x/")]
    [InlineData("/api/x/a%23b", "/api/x/a")]
    public void Forwarding_changes_an_address_as_the_real_host_does(string sent, string arrives) =>
        Assert.Equal(arrives, StrictTarget.Forwarded(sent));

    [Theory]
    [InlineData("/api/inv/1?a=1&a=2&b=x%20y&c=%2B&d", "/api/inv/1?a=1&a=2&b=x%20y&c=%2B&d")]
    [InlineData("/api/a%2Fb", "/api/a%252Fb")]
    [InlineData("/api/%3Fq/a%23b", "/api/%3Fq/a%23b")]
    public void Proxying_changes_an_address_as_the_real_host_does(string sent, string arrives) =>
        Assert.Equal(arrives, StrictTarget.Proxied(sent));

    [Theory]
    [InlineData("proxying")]
    [InlineData("forwarding")]
    public async Task Only_what_a_function_routes_reaches_the_app(string mode)
    {
        await using var app = await AppProcess.Start(environment: ("Vade__Host__Strict", mode));
        Assert.Equal(HttpStatusCode.OK, await Status(app, "/health"));
        Assert.Equal(HttpStatusCode.OK, await Status(app, "/"));
        Assert.Equal(HttpStatusCode.OK, await Status(app, "/api/v1/work/poison"));
        Assert.Equal(HttpStatusCode.OK, await Status(app, "/openapi/v1.json"));
        Assert.Equal(HttpStatusCode.NotFound, await Status(app, "/nowhere"));
        using var spoofed = await app.Client.PostAsync("/BillingTimer", new StringContent("{}"));
        Assert.Equal(HttpStatusCode.NotFound, spoofed.StatusCode);
    }

    [Fact]
    public async Task Proxying_hides_the_public_host_and_replaces_what_a_client_forged()
    {
        await using var host = await VadeInProcess.Start("/api/echo", Echo, ("Vade:Host:Strict", "proxying"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo?a=1&a=2") { Content = new StringContent("body", Encoding.UTF8, "text/plain") };
        request.Headers.Add("X-Forwarded-For", "10.9.8.7");
        request.Headers.Add("X-Azure-Functions-InvocationId", "mine");
        request.Content.Headers.Add("Content-Encoding", "identity");
        var seen = await Send(host, request);
        Assert.Equal("?a=1&a=2", seen["query"]);
        Assert.NotEqual(host.Client.BaseAddress!.Authority, seen["Host"]);
        Assert.Equal(host.Client.BaseAddress!.Authority, seen["X-Forwarded-Host"]);
        Assert.Equal("127.0.0.1", seen["X-Forwarded-For"]);
        Assert.Equal("identity", seen["Content-Encoding"]);
        Assert.DoesNotContain("mine", seen["X-Azure-Functions-InvocationId"], StringComparison.Ordinal);
        Assert.Equal("body", seen["body"]);
    }

    [Fact]
    public async Task Forwarding_keeps_the_public_host_and_drops_content_headers()
    {
        await using var host = await VadeInProcess.Start("/api/echo", Echo, ("Vade:Host:Strict", "forwarding"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo?a=1&a=2&d") { Content = new StringContent("body", Encoding.UTF8, "text/plain") };
        request.Headers.Add("X-Azure-Functions-InvocationId", "mine");
        request.Headers.UserAgent.ParseAdd("browser/1");
        request.Content.Headers.Add("Content-Language", "tr");
        var seen = await Send(host, request);
        Assert.Equal("?a=1,2&d=", seen["query"]);
        Assert.Equal(host.Client.BaseAddress!.Authority, seen["Host"]);
        Assert.False(seen.ContainsKey("Content-Language"));
        Assert.StartsWith("mine", seen["X-Azure-Functions-InvocationId"], StringComparison.Ordinal);
        Assert.Matches("^browser/1 Azure-Functions-Host/", seen["User-Agent"]);
        Assert.Equal("body", seen["body"]);
    }

    [Fact]
    public async Task Forwarding_fails_on_a_chunked_body()
    {
        await using var host = await VadeInProcess.Start("/api/echo", Echo, ("Vade:Host:Strict", "forwarding"));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/echo") { Content = new StringContent("body") };
        request.Headers.TransferEncodingChunked = true;
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
    }

    [Fact]
    public async Task Proxying_may_deliver_a_post_twice()
    {
        var posts = 0;
        await using var host = await VadeInProcess.Start(
            "/api/echo",
            context =>
            {
                Interlocked.Increment(ref posts);
                return context.Response.WriteAsync("ok");
            },
            ("Vade:Host:Strict", "proxying"), ("Vade:Host:RepeatPostEvery", "3"));
        for (var i = 0; i < 6; i++)
            (await host.Client.PostAsync("/api/echo", null)).EnsureSuccessStatusCode().Dispose();
        Assert.Equal(8, posts);
    }

    private static async Task<HttpStatusCode> Status(AppProcess app, string path)
    {
        using var response = await app.Client.GetAsync(path);
        return response.StatusCode;
    }

    private static async Task<Dictionary<string, string>> Send(VadeInProcess host, HttpRequestMessage request)
    {
        using var response = await host.Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return (await JsonSerializer.DeserializeAsync<Dictionary<string, string>>(await response.Content.ReadAsStreamAsync()))!;
    }

    private static async Task Echo(HttpContext context)
    {
        var seen = context.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        seen["query"] = target[target.IndexOf('?', StringComparison.Ordinal)..];
        using var reader = new StreamReader(context.Request.Body);
        seen["body"] = await reader.ReadToEndAsync();
        await context.Response.WriteAsJsonAsync(seen);
    }
}
