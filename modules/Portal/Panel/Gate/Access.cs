using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Vade.Portal;

/// <summary>Who may call an endpoint of the panel. One that does not say is open to admins alone.</summary>
internal sealed record Access(Entry Entry, string? Permission = null);

internal enum Entry
{
    /// <summary>Also who has not signed in.</summary>
    Anyone,

    /// <summary>Also who is on the way of signing in.</summary>
    HalfSignedIn,

    Staff,
}

public static class AccessMetadata
{
    /// <summary>Only for who has this permission; a module registers it by <c>AddPermission</c>.</summary>
    public static TBuilder Needs<TBuilder>(this TBuilder endpoint, string permission)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Access(Entry.Staff, permission));

    /// <summary>For everybody who is signed in: what they do to their own account, or what nobody would keep from another.</summary>
    public static TBuilder ForAnyStaff<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Access(Entry.Staff));

    internal static TBuilder ForAnyone<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Access(Entry.Anyone));

    internal static TBuilder ForHalfSignedIn<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder => endpoint.WithMetadata(new Access(Entry.HalfSignedIn));
}
