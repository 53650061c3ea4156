using Vade.Kernel;
using Vade.Organisation;

namespace Vade.Portal;

/// <summary>What the roles are called.</summary>
public static class RoleWords
{
    public static string Of(Role role, Language language) => Words.Texts[language, role switch
    {
        Role.Admin => "role.admin",
        Role.Accountant => "role.accountant",
        Role.Cashier => "role.cashier",
        Role.MeterReader => "role.meterReader",
        Role.Viewer => "role.viewer",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    }];
}
