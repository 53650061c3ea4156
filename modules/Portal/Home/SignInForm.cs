using Vade.Organisation;

namespace Vade.Portal;

/// <summary>A way to sign in, as the first page offers it; registered by the module that answers the form.</summary>
/// <param name="Name">Tells it from the others: <c>mail</c>. The first that is offered has the form id <c>sign-in</c>, any other <c>sign-in-{name}</c>.</param>
/// <param name="Order">Lower stands higher on the page.</param>
/// <param name="Action">The path that the form posts to. It asks for no antiforgery token, so it changes nothing that the visitor has.</param>
/// <param name="Fields">The component with the form's fields and its button; it takes a <c>Language</c>.</param>
/// <param name="IsOffered">Whether this organisation offers it.</param>
public sealed record SignInForm(string Name, int Order, string Action, Type Fields, Func<OrganisationSettings, bool> IsOffered);
