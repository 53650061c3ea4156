using Microsoft.Extensions.DependencyInjection;

namespace Vade.Organisation;

/// <summary>What a member of staff does here. Somebody may have several roles; an admin may do everything.</summary>
public enum Role
{
    Admin,
    Accountant,
    Cashier,
    MeterReader,
    Viewer,
}

/// <summary>Something that not everybody may do, as the module that guards it registers it.</summary>
/// <param name="Name">Area and verb: <c>customers.see</c>, <c>invoices.cancel</c>.</param>
/// <param name="Roles">Who may; an admin always may and need not be named.</param>
public sealed record Permission(string Name, IReadOnlyList<Role> Roles);

/// <summary>Every permission that the modules registered.</summary>
public sealed class Permissions
{
    private readonly Dictionary<string, HashSet<Role>> _roles = new(StringComparer.Ordinal);

    public Permissions(IEnumerable<Permission> permissions)
    {
        // Two modules may name the same one: then either's roles have it.
        foreach (var permission in permissions)
        {
            if (!_roles.TryGetValue(permission.Name, out var roles))
                _roles[permission.Name] = roles = [Role.Admin];
            roles.UnionWith(permission.Roles);
        }
    }

    public IEnumerable<string> Names => _roles.Keys.Order(StringComparer.Ordinal);

    /// <exception cref="KeyNotFoundException">Nobody registered the permission: a slip of a page writer's.</exception>
    public IReadOnlyList<Role> RolesWith(string permission) => [.. Of(permission).Order()];

    public bool Allows(StaffUser staff, string permission) => Of(permission).Overlaps(staff.Roles);

    private HashSet<Role> Of(string permission) => _roles.TryGetValue(permission, out var roles)
        ? roles
        : throw new KeyNotFoundException($"Nobody registered the permission '{permission}'.");
}

public static class PermissionRegistrations
{
    /// <summary>Says which roles, besides the admin, may do this.</summary>
    public static IServiceCollection AddPermission(this IServiceCollection services, string name, params IReadOnlyList<Role> roles) =>
        services.AddSingleton(new Permission(name, roles));
}
