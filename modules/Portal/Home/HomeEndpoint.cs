using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>The first page: says who this is, offers the ways to sign in, and says that one pays by the link in the message.</summary>
internal static class HomeEndpoint
{
    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/", Show).ExcludeFromDescription();

    private static async Task<RazorComponentResult> Show(
        HttpRequest request, Looks looks, Settings settings, IEnumerable<SignInForm> forms, CancellationToken cancellation)
    {
        var organisation = await settings.Get(OrganisationSettings.Section, cancellation);
        return Pages.Of<HomePage>(new()
        {
            [nameof(HomePage.Look)] = await looks.Get(cancellation),
            [nameof(HomePage.Language)] = PageLanguage.Of(request, organisation.Reader),
            [nameof(HomePage.Contacts)] = new[] { organisation.Email, organisation.Phone }.OfType<string>().ToArray(),
            [nameof(HomePage.Forms)] = forms.Where(form => form.IsOffered(organisation)).OrderBy(form => form.Order).ToArray(),
            [nameof(HomePage.Keep)] = (Func<string, string>)(path => PageLanguage.Keep(request, path)),
        });
    }
}
