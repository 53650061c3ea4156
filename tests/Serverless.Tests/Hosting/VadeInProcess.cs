using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vade.Functions;

namespace Vade.Tests.Hosting;

/// <summary>The whole app within the test, over a data folder of its own, with handlers that the test adds.</summary>
internal sealed class VadeInProcess : IAsyncDisposable
{
    private readonly VadeHost _host;
    private readonly string _data;

    private VadeInProcess(VadeHost host, string data)
    {
        (_host, _data) = (host, data);
        Client = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = host.Address };
        Client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", AppProcess.Key);
    }

    public HttpClient Client { get; }
    public IServiceProvider Services => _host.Services;

    public static Task<VadeInProcess> Start(Action<IServiceCollection> addMore, params (string Key, string Value)[] configuration) =>
        Start(addMore, _ => { }, configuration);

    /// <summary>With something that answers at a route, behind everything that holds for every request.</summary>
    public static Task<VadeInProcess> Start(string route, RequestDelegate answer, params (string Key, string Value)[] configuration) =>
        Start(_ => { }, app => app.Map(route, answer), configuration);

    private static async Task<VadeInProcess> Start(Action<IServiceCollection> addMore, Action<WebApplication> mapMore, (string Key, string Value)[] configuration)
    {
        var data = Directory.CreateTempSubdirectory("vade-").FullName;
        string[] args =
        [
            "--port", "0", "--data", data, "--Vade:Sandbox", "true", "--Vade:ApiKey", AppProcess.Key,
            .. configuration.SelectMany(pair => new[] { "--" + pair.Key, pair.Value }),
        ];
        return new(await VadeHost.Start(args, addMore, mapMore), data);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _host.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }
}
