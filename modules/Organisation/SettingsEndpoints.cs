using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Vade.Kernel.Web;

namespace Vade.Organisation;

/// <summary><c>/settings/{section}</c>: reads a section, or replaces it whole when it breaks no rule.</summary>
internal static class SettingsEndpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapGet("/settings/{section}", Get)
            .WithSummary("A section of settings; secrets show only whether they are set")
            .Produces<JsonElement>().ProducesProblem(404);
        api.MapPut("/settings/{section}", Put)
            .WithSummary("Replaces a section whole")
            .Accepts<JsonElement>("application/json", "*/*").Produces<JsonElement>().ProducesProblem(400).ProducesProblem(404).ProducesProblem(422);
    }

    private static async Task<IResult> Get(
        string section, Settings settings, IEnumerable<ISettingsSection> sections, CancellationToken cancellation) =>
        sections.FirstOrDefault(candidate => candidate.Name == section) is { } found
            ? Shown(await found.Show(settings, cancellation))
            : Unknown(section, sections);

    private static async Task<IResult> Put(
        string section, HttpRequest request, Settings settings, IEnumerable<ISettingsSection> sections, IServiceProvider services,
        CancellationToken cancellation)
    {
        if (sections.FirstOrDefault(candidate => candidate.Name == section) is not { } found)
            return Unknown(section, sections);
        return await found.Replace(settings, services, request, cancellation) ?? Shown(await found.Show(settings, cancellation));
    }

    private static IResult Shown(string json) => TypedResults.Text(json, "application/json", Encoding.UTF8);

    private static ApiProblem Unknown(string section, IEnumerable<ISettingsSection> sections) => ApiProblem.NotFound(
        $"There are no settings called {section}; there are {string.Join(", ", sections.Select(known => known.Name).Order(StringComparer.Ordinal))}.");
}
